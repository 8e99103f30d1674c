/**
 * What the resolvers of each type start from: the rows that stores give.
 */
import type { Page } from '@muster/subgraph-kit'
import type { CampaignRow, ItemRow, Progress } from './accessReviews/store.ts'
import type { GrantRow } from './grants/store.ts'
import type { OrgUnitRow } from './orgUnits/store.ts'
import type { GroupRow } from './summary/resolvers.ts'
import type { CountsThen } from './summary/store/before.ts'
import type { RiskRow, StandingCounts } from './summary/store/counts.ts'
import type { Denials, Groups, OwnerCounts, UnitCounts } from './summary/store/groups.ts'
import type { SummaryScope } from './summary/store/scope.ts'
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
export type WorkforceSummaryModel = SummaryScope &
  StandingCounts & { groups: () => Promise<Groups>; denials: () => Promise<Denials> }
export type WorkforceBeforeModel = SummaryScope & CountsThen
export type DepartmentSummaryModel = GroupRow & UnitCounts
export type TeamSummaryModel = GroupRow
export type OwnerSummaryModel = GroupRow & OwnerCounts
export type AgentRiskModel = RiskRow
export type AccessReviewModel = CampaignRow
export type AccessReviewConnectionModel = Page<CampaignRow>
export type ReviewItemModel = ItemRow
export type ReviewItemConnectionModel = Page<ItemRow> & { totalCount: () => Promise<number> }
export type ReviewProgressModel = Progress
