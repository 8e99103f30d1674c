/** The kernel: words, ids, clock, errors and the hand-over. It imports nothing of ours. */
export * from './ids.ts'
export * from './clock.ts'
export * from './errors.ts'
export * from './vocabulary.ts'
export * from './claims.ts'
export * from './roles.ts'
export * from './plans.ts'
