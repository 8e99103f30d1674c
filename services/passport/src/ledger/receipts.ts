/**
 * Receipts one by one and by agent, for those in whose scope they happened.
 */
import { currentScope, withRequest } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { pageOf, pageSize, type Page, type SubgraphContext } from '@muster/subgraph-kit'
import DataLoader from 'dataloader'
import { entryColumns, entryJoins, type EntryModel, type EntryRow } from './entries.ts'
import { logOfRequest } from './epochs.ts'
import { seqAfter, withPredecessors } from './listEntries.ts'
import type { Room } from '../room.ts'

/** One entry by its receipt's id; null for an unknown, hidden or garbled one alike. */
export async function receiptById(room: Room, id: string): Promise<EntryModel | null> {
  if (!isUuid(id)) return null
  const log = await logOfRequest(room)
  const [entry] = await withRequest(room.pool, async (tx) =>
    withPredecessors(
      tx,
      log,
      await tx.query<EntryRow>(
        `SELECT ${entryColumns} FROM ${entryJoins} WHERE r.tenant_id = (SELECT muster.tenant()) AND r.id = $1`,
        [id],
      ),
    ),
  )
  return entry ?? null
}

/** A receipt as an agent's record lists it. */
export interface ReceiptModel {
  id: string
  seq: string
  type: string
  occurredAt: string
}

interface ReceiptRow {
  agent: string
  id: string
  seq: string
  type: string
  occurred_at: string
}

const maxSeq = '9223372036854775807'

/** The receipts about an agent, newest first; asked for many agents at once they are one statement. */
export function receiptsOfAgent(
  room: Room,
  context: SubgraphContext,
  agentId: string,
  query: { first?: number | null | undefined; after?: string | null | undefined },
): Promise<Page<ReceiptModel>> {
  const size = pageSize(query.first)
  const after = seqAfter(query.after)
  const before = after === '0' ? maxSeq : after
  const scope = currentScope()
  const loader = context.loader(
    `receipts/${size}/${before}`,
    () =>
      new DataLoader<string, ReceiptRow[]>(async (agents) => {
        const rows = await withRequest(
          room.pool,
          (tx) =>
            tx.query<ReceiptRow>(
              `SELECT w.agent, r.id, r.seq, r.type, to_char(r.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS occurred_at
               FROM unnest($1::uuid[]) AS w (agent), LATERAL (
                 SELECT t.id, t.seq, t.type, t.occurred_at FROM ledger.receipt t
                  WHERE t.tenant_id = (SELECT muster.tenant()) AND t.agent_id = w.agent AND t.seq < $2
                  ORDER BY t.seq DESC LIMIT $3) AS r
              ORDER BY w.agent, r.seq DESC`,
              [agents, before, size + 1],
            ),
          scope.handovers[room.pool.role],
        )
        const byAgent = Map.groupBy(rows, (row) => row.agent)
        return agents.map((agent) => byAgent.get(agent) ?? [])
      }),
  )
  return loader.load(agentId).then((rows) =>
    pageOf(
      rows,
      size,
      ({ id, seq, type, occurred_at }): ReceiptModel => ({ id, seq, type, occurredAt: occurred_at }),
      (row) => [row.seq],
    ),
  )
}
