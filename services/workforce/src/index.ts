/** The public door of the workforce service. */
export { createWorkforce, type Workforce } from './subgraph.ts'
