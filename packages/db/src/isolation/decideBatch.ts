/** guard.decide() as the tests call it: one item or many, against fresh standings, everything else filled in. */
import { randomBytes } from 'node:crypto'
import { newId } from '@muster/kernel'
import type { Session } from './world.ts'

export interface Item {
  handover: string
  /** Position of its standing among `agents`, from 1. */
  stand: number | null
  outcome?: string
  reason?: string
  permit?: string | null
  /** Canonical data of the receipt. */
  data?: string
  id?: string
}

export interface Batch {
  items: readonly Item[]
  agents: readonly string[]
  tool?: string
  action?: string
  /** How the array of agents opens, e.g. `[0:1]={` to count from zero. */
  opening?: string
}

export interface Answer {
  reached: boolean | null
  /** Null: nothing was written for this item. */
  seq: string | null
}

/** The standings of agents for one tool and action, as the decider reads them. */
export async function standings(
  session: Session,
  { agents, tool = 'crm', action = 'read' }: Batch,
): Promise<(string | null)[]> {
  const { rows } = await session.query<{ standing: string | null }>(
    'SELECT guard.standing($1, $2, $3, $4) AS standing',
    [agents, agents.map(() => tool), agents.map(() => action), agents.map(() => null)],
  )
  return rows.map(({ standing }) => standing)
}

export async function decideBatch(session: Session, batch: Batch): Promise<Answer[]> {
  const { items, agents, tool = 'crm', action = 'read', opening = '{' } = batch
  const of = <T>(make: (item: Item) => T): T[] => items.map(make)
  const hash = (): Buffer => randomBytes(32)
  const { rows } = await session.query<Answer>(
    `SELECT reached, seq FROM guard.decide(
       handovers => $1, stand => $2, stand_agents => $3, stand_tools => $4, stand_actions => $5, stand_sessions => $6, fingerprints => $7,
       ids => $8, idempotency_keys => $9::text[], request_hashes => $10, item_outcomes => $11, reason_codes => $12, determinings => $13,
       claimed_trusts => $14, effective_trusts => $14, item_mutates => $15, payload_hashes => $16, action_hashes => $17, on_behalf_ofs => $9::text[],
       sealeds => $18, permit_expiries => $19, approval_ids => $9::text[]::uuid[], approval_required => $9::text[]::integer[], approval_expiries => $9::text[]::timestamptz[],
       receipt_ids => $20, nonces => $21, datas => $22) ORDER BY ordinal`,
    [
      of(({ handover }) => handover),
      of(({ stand }) => stand),
      `${opening}${agents.join(',')}}`,
      agents.map(() => tool),
      agents.map(() => action),
      agents.map(() => null),
      await standings(session, batch),
      of(({ id }) => id ?? newId()),
      of(() => null),
      of(hash),
      of(({ outcome }) => outcome ?? 'ALLOW'),
      of(({ reason }) => reason ?? 'ALLOWED'),
      of(() => ''),
      of(() => 'UNKNOWN'),
      of(() => false),
      of(hash),
      of(hash),
      of(hash),
      of(({ permit }) => permit ?? null),
      of(() => newId()),
      of(() => randomBytes(16).toString('hex')),
      of(({ data }) => data ?? '{}'),
    ],
  )
  return rows
}
