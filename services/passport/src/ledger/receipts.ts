/**
 * Receipts one by one and by agent, for those in whose scope they happened.
 */
import { currentScope, withRequest } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { pageOf, pageSize, type Page, type SubgraphContext } from '@muster/subgraph-kit'
import { KeyError, openJson } from '@muster/keys'
import DataLoader from 'dataloader'
import { entryColumns, entryJoins, type EntryModel, type EntryRow } from './entries.ts'
import { logOfRequest } from './epochs.ts'
import { seqAfter, withPredecessors } from './listEntries.ts'
import { tenantOfRequest, type Room } from '../room.ts'

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
  personId: string | null
  sealed: Buffer | null
}

interface ReceiptRow {
  agent: string
  id: string
  seq: string
  type: string
  occurred_at: string
  body: Buffer
  sealed: Buffer | null
}

const maxSeq = '9223372036854775807'

/** Those an index of their own holds: a handful among an agent's many decisions. */
const standingTypes = ['agent.frozen', 'agent.quarantined', 'agent.revoked', 'agent.restricted', 'agent.reinstated']
const standingOnly = `AND t.type IN (${standingTypes.map((type) => `'${type}'`).join(', ')})`

/** The receipts about an agent, newest first; asked for many agents at once they are one statement. */
export function receiptsOfAgent(
  room: Room,
  context: SubgraphContext,
  agentId: string,
  query: {
    first?: number | null | undefined
    after?: string | null | undefined
    types?: readonly string[] | null | undefined
  },
): Promise<Page<ReceiptModel>> {
  const size = pageSize(query.first)
  const after = seqAfter(query.after)
  const before = after === '0' ? maxSeq : after
  const scope = currentScope()
  const types = query.types ?? null
  const indexed = types?.every((type) => standingTypes.includes(type)) ? standingOnly : ''
  const loader = context.loader(
    `receipts/${size}/${before}/${types?.join(' ') ?? '*'}`,
    () =>
      new DataLoader<string, ReceiptRow[]>(async (agents) => {
        const rows = await withRequest(
          room.pool,
          (tx) =>
            tx.query<ReceiptRow>(
              `SELECT w.agent, r.id, r.seq, r.type, to_char(r.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS occurred_at, r.body, r.sealed
               FROM unnest($1::uuid[]) AS w (agent), LATERAL (
                 SELECT t.id, t.seq, t.type, t.occurred_at, t.body, t.sealed FROM ledger.receipt t
                  WHERE t.tenant_id = (SELECT muster.tenant()) AND t.agent_id = w.agent AND t.seq < $2
                    AND ($4::text[] IS NULL OR t.type = ANY ($4)) ${indexed}
                  ORDER BY t.seq DESC LIMIT $3) AS r
              ORDER BY w.agent, r.seq DESC`,
              [agents, before, size + 1, types],
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
      ({ id, seq, type, occurred_at, body, sealed }): ReceiptModel => ({
        id,
        seq,
        type,
        occurredAt: occurred_at,
        personId: personOf(body),
        sealed,
      }),
      (row) => [row.seq],
    ),
  )
}

function personOf(body: Buffer): string | null {
  const { actor } = JSON.parse(body.toString('utf8')) as { actor: { kind: string; id: string } }
  return actor.kind === 'person' ? actor.id : null
}

/** What the notes beside a receipt say in a person's own words. */
export async function reasonOf(room: Room, { sealed }: ReceiptModel): Promise<string | null> {
  if (sealed === null) return null
  try {
    const notes = (await openJson(room.ring, tenantOfRequest(), sealed)) as Record<string, unknown>
    const words = notes['reason'] ?? notes['note']
    return typeof words === 'string' ? words : null
  } catch (error) {
    if (error instanceof KeyError && error.code === 'KEY_DESTROYED') return null
    throw error
  }
}
