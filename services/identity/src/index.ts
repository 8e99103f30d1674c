/** The public door of the identity service. */
export * from './identity.ts'
