/** The public door of the identity service. */
export * from './identity.ts'
export { createIdentity } from './subgraph.ts'
