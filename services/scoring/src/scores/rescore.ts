/**
 * Computes the scores of agents anew inside the transaction that changed their
 * evidence: a snapshot where something changed, the standing that decisions
 * read, and the receipt of a changed tier.
 *
 * INVARIANT (nothing missed): one batch a time for one agent (`lockAgents`, held
 * until commit), so what is computed here rests on all that was committed
 * before. The receipt takes the ledger's head: no decision overtakes a tier.
 */
import type { NewReceipt } from '@muster/db'
import { canonicalize } from '@muster/canonical-json'
import { newId } from '@muster/kernel'
import type { KnownAgent } from '../events/store.ts'
import type { Tx } from '../room.ts'
import { computeScores, type PolicyTier, type Scores } from './computeScores.ts'
import { dayOf, type Tally } from './evidence.ts'
import type { Profile } from './profile.ts'
import { findLatest, findTallies, storeSnapshots, storeStandings, type NewSnapshot } from './store.ts'

export interface Rescoring {
  agents: readonly KnownAgent[]
  profile: Profile
  /** The receipt of the evidence: what the snapshots are from. Null where time alone passed. */
  receiptId: string | null
  /** Milliseconds since the Unix epoch. */
  nowMs: number
}

/** Waits until no other batch about these agents is under way. Taken before anything else of a batch. */
export async function lockAgents(tx: Tx, agentIds: readonly string[]): Promise<void> {
  if (agentIds.length > 0) await tx.query('SELECT scoring.lock_agents($1::uuid[])', [agentIds])
}

/** Stores what changed; answers the receipts of changed tiers, for the caller to append. */
export async function rescore(tx: Tx, { agents, profile, receiptId, nowMs }: Rescoring): Promise<NewReceipt[]> {
  if (agents.length === 0) return []
  const ids = agents.map(({ id }) => id)
  const today = dayOf(nowMs)
  const tallies = Map.groupBy(await findTallies(tx, ids, today), ({ agentId }) => agentId)
  const latest = new Map((await findLatest(tx, ids)).map((row) => [row.agentId, row]))
  const snapshots: NewSnapshot[] = []
  const receipts: NewReceipt[] = []
  for (const { id: agentId, ownerKnown, unitPath } of agents) {
    const scores = computeScores({ tallies: tallies.get(agentId) ?? ([] as Tally[]), ownerKnown, profile, today })
    const before = latest.get(agentId)
    if (before !== undefined && saysTheSame(before.scores, scores)) continue
    const snapshot = { id: newId(nowMs), agentId, scores, unitPath, receiptId, createdAt: new Date(nowMs) }
    snapshots.push(snapshot)
    const from: PolicyTier = before?.scores.policyTier ?? 'standard'
    if (from !== scores.policyTier)
      receipts.push({
        type: 'score.tier_changed',
        subject: { type: 'agent', id: agentId },
        agentId,
        data: {
          agent: agentId,
          evidence: receiptId,
          formula: scores.formula,
          from,
          snapshot: snapshot.id,
          to: scores.policyTier,
        },
      })
  }
  if (snapshots.length > 0) {
    await storeSnapshots(tx, snapshots)
    await storeStandings(tx, snapshots)
  }
  return receipts
}

/** Nothing to put down when neither a value nor its evidence changed. */
function saysTheSame(a: Scores, b: Scores): boolean {
  return canonicalize(a) === canonicalize(b)
}
