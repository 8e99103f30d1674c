/** The public door of the scoring service. */
export { createScoring, type Scoring } from './subgraph.ts'
export type { EventInput, RejectedEvent, RejectionCode } from './events/checkEvent.ts'
export type { Ingested } from './events/ingestEvents.ts'
