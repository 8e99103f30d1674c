/**
 * What the resolvers of each type start from: the rows that stores give.
 */
import type { Page } from '@muster/subgraph-kit'
import type { EventRow } from './events/listEvents.ts'
import type { ScoreRow } from './scores/store.ts'

export interface AgentModel {
  id: string
}
export type AgentEventModel = EventRow
export type AgentEventConnectionModel = Page<EventRow>
export type AgentScoreModel = ScoreRow
export type AgentScoreConnectionModel = Page<ScoreRow>
