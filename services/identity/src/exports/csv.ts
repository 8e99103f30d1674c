/**
 * The rows of an export as CSV. Pure.
 *
 * Formulas are escaped (OWASP "CSV Injection"): a name that begins with `=`, `+`, `-`
 * or `@` would otherwise be run by the spreadsheet of whoever opens the file.
 */
import { stringify } from 'csv-stringify/sync'
import type { AgentRow } from '../agents/store.ts'

export interface ExportedAgent extends Pick<
  AgentRow,
  | 'id'
  | 'slug'
  | 'displayName'
  | 'status'
  | 'statusSince'
  | 'riskTier'
  | 'environment'
  | 'model'
  | 'purpose'
  | 'createdAt'
> {
  identity: number | null
  risk: number | null
  reliability: number | null
  autonomy: number | null
  team: string | null
  ownerName: string | null
  ownerEmail: string | null
  lastSeenAt: Date | null
}

const columns = {
  slug: 'slug',
  displayName: 'name',
  status: 'status',
  statusSince: 'status since',
  riskTier: 'risk tier',
  risk: 'risk',
  identity: 'identity',
  reliability: 'reliability',
  autonomy: 'autonomy',
  team: 'team',
  ownerName: 'owner',
  ownerEmail: 'owner e-mail',
  environment: 'environment',
  model: 'model',
  purpose: 'purpose',
  lastSeenAt: 'last seen',
  createdAt: 'registered',
  id: 'id',
} as const satisfies Record<keyof ExportedAgent, string>

/** Lines end in CRLF (RFC 4180). The header stands before the first part only. */
export function csvOf(agents: readonly ExportedAgent[], { header }: { header: boolean }): string {
  return stringify([...agents], {
    header,
    columns: Object.entries(columns).map(([key, name]) => ({ key, header: name })),
    escape_formulas: true,
    record_delimiter: 'windows',
    cast: { date: (at) => at.toISOString() },
  })
}
