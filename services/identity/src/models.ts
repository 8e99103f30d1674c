/**
 * What resolvers start from: rows as the stores read them. The generated
 * resolver types take `AgentModel` as the parent of `Agent`, and so on.
 */
import type { ApiKeyRow } from './apiKeys/store.ts'
import type { AgentRow } from './agents/store.ts'
import type { PersonRow, RoleBindingRow } from './people/store.ts'
import type { TenantRow } from './tenants/store.ts'
import type { ItemRefusal, JobRow } from './jobs/store.ts'
import type { Plan } from './standing/changeStandings.ts'
import type { AgentPage } from './agents/directory.ts'
import type { ApiKeyPage } from './apiKeys/listKeys.ts'
import type { PersonPage } from './people/listPeople.ts'
import type { SavedView } from './savedViews/savedView.ts'
import type { SessionRow } from './signIn/store.ts'
import type { AgentVerification } from './verification/store.ts'
import type { SsoConfigRow, SsoDomainRow } from './sso/store.ts'
import type { Viewer } from './viewer/readViewer.ts'

export type AgentModel = AgentRow
export type AgentConnectionModel = AgentPage
export type ApiKeyModel = ApiKeyRow
export type ApiKeyConnectionModel = ApiKeyPage
export type PersonModel = PersonRow
export type PersonConnectionModel = PersonPage
export type RoleBindingModel = RoleBindingRow
export type TenantModel = TenantRow
/** A reference into workforce, which owns the rest. */
export interface OrgUnitModel {
  id: string
}
export type SignInSessionModel = SessionRow
export type SavedViewModel = SavedView
export type AgentVerificationModel = AgentVerification
export type SsoConfigModel = SsoConfigRow
export type SsoDomainModel = SsoDomainRow
export type ViewerModel = Viewer
export interface ViewerRoleModel {
  role: string
  unitId: string | null
}
export type BulkActModel = JobRow
export type BulkRefusalModel = ItemRefusal
export type StandingExclusionModel = Plan['excluded'][number]
export type AgentExportModel = JobRow
