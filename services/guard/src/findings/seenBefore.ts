/** "Seen before, and how it was closed": earlier findings of the same rule about the same thing. */
import { withRequest } from '@muster/db'
import type { SubgraphContext } from '@muster/subgraph-kit'
import DataLoader from 'dataloader'
import type { GuardRoom } from '../room.ts'
import type { FindingRow } from './findingRow.ts'
import type { CloseReason } from './input.ts'

export interface SeenBefore {
  count: number
  lastCloseReason: CloseReason | null
  lastClosedAt: Date | null
}
interface SeenRow extends SeenBefore {
  id: string
}

export function seenBefore(room: GuardRoom, context: SubgraphContext): DataLoader<FindingRow, SeenBefore, string> {
  return context.loader(
    'seenBefore',
    () =>
      new DataLoader<FindingRow, SeenBefore, string>(
        async (findings) => {
          const rows = await withRequest(
            room.guard,
            (tx) =>
              tx.query<SeenRow>(
                `SELECT w.id, count(f.id)::int AS count, (array_agg(f.close_reason ORDER BY f.closed_at DESC))[1] AS "lastCloseReason", max(f.closed_at) AS "lastClosedAt"
                   FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS w (id, dedupe_key, first_seen)
                   LEFT JOIN guard.finding f ON f.tenant_id = (SELECT muster.tenant()) AND f.dedupe_key = w.dedupe_key AND f.status = 'CLOSED'
                         AND f.closed_at <= w.first_seen
                  GROUP BY w.id`,
                [
                  findings.map(({ id }) => id),
                  findings.map((finding) => finding.dedupe_key),
                  // Kept to the microsecond in the database, to the millisecond here.
                  findings.map((finding) => new Date(finding.first_seen.getTime() + 1).toISOString()),
                ],
              ),
            context.scope.handovers[room.guard.role],
          )
          const byId = new Map(rows.map(({ id, ...seen }) => [id, seen]))
          return findings.map(({ id }) => byId.get(id) ?? { count: 0, lastCloseReason: null, lastClosedAt: null })
        },
        { cacheKeyFn: ({ id }) => id },
      ),
  )
}
