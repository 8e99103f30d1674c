/**
 * What the resolvers of each type start from: the rows that stores give.
 */
import type { Page } from '@muster/subgraph-kit'
import type { GrantRow } from './grants/store.ts'
import type { OrgUnitRow } from './orgUnits/store.ts'
import type { SummaryScope, SummaryCounts, TeamCounts } from './summary/store.ts'
import type { OfferRow } from './transfers/store.ts'

export interface AgentModel {
  id: string
}
export interface PersonModel {
  id: string
}
export type OrgUnitModel = OrgUnitRow
export type GrantModel = GrantRow
export type TransferOfferModel = OfferRow
export type TransferOfferConnectionModel = Page<OfferRow>
export type WorkforceSummaryModel = SummaryScope & SummaryCounts
export type TeamSummaryModel = TeamCounts
export interface AgentRiskModel {
  agentId: string
  risk: number
}
