/** The guard's public door. */
export { createGuard, type Guard } from './subgraph.ts'
