/**
 * Tallies, snapshots and standings: what scores are read from and kept in.
 */
import type { SubgraphContext } from '@muster/subgraph-kit'
import { isUuid } from '@muster/kernel'
import DataLoader from 'dataloader'
import type { Snapshot } from '../generated/prisma/client.ts'
import type { Room, Tx } from '../room.ts'
import type { AutonomyLabel } from './autonomyScore.ts'
import type { PolicyTier, Scores } from './computeScores.ts'
import { horizonDays } from './decay.ts'
import type { Factor, Tally } from './evidence.ts'

/** A snapshot as the graph shows it. */
export interface ScoreRow extends Scores {
  snapshotId: string
  asOf: Date
}

export interface NewSnapshot {
  id: string
  agentId: string
  scores: Scores
  unitPath: readonly string[]
  receiptId: string | null
  createdAt: Date
}

/** The totals of agents that still count. @param today days since 1 January 1970. */
export async function findTallies(
  tx: Tx,
  agentIds: readonly string[],
  today: number,
): Promise<(Tally & { agentId: string })[]> {
  const rows = await tx.query<Omit<Tally, 'count'> & { agentId: string; count: string }>(
    `SELECT agent_id AS "agentId", event_type AS "eventType", severity, source_type AS "sourceType", signed,
            (day - date '1970-01-01') AS day, count, last_event AS "lastEvent", last_receipt AS "lastReceipt"
       FROM scoring.tally
      WHERE tenant_id = (SELECT muster.tenant()) AND agent_id = ANY ($1::uuid[]) AND day >= date '1970-01-01' + $2::int`,
    [agentIds, today - horizonDays],
  )
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

const snapshotColumns = `s.id, s.agent_id AS "agentId", s.identity_score AS "identityScore", s.identity_confidence AS "identityConfidence",
  s.risk_score AS "riskScore", s.risk_confidence AS "riskConfidence", s.reliability_score AS "reliabilityScore",
  s.reliability_confidence AS "reliabilityConfidence", s.autonomy_score AS "autonomyScore", s.autonomy_confidence AS "autonomyConfidence",
  s.autonomy_label AS "autonomyLabel", s.policy_tier AS "policyTier", s.formula, s.explanation, s.created_at AS "createdAt"`

type SnapshotRow = Omit<Snapshot, 'tenantId' | 'unitPath' | 'receiptId' | 'explanation'> & { explanation: unknown }

/** The present snapshot of each agent that has one. */
export async function findLatest(tx: Tx, agentIds: readonly string[]): Promise<{ agentId: string; scores: Scores }[]> {
  const rows = await tx.query<SnapshotRow>(
    `SELECT ${snapshotColumns} FROM scoring.standing st
       JOIN scoring.snapshot s ON s.tenant_id = st.tenant_id AND s.id = st.snapshot_id
      WHERE st.tenant_id = (SELECT muster.tenant()) AND st.agent_id = ANY ($1::uuid[])`,
    [agentIds],
  )
  return rows.map((row) => ({ agentId: row.agentId, scores: scoresOf(row) }))
}

function scoresOf(row: SnapshotRow): Scores {
  return {
    identity: { value: row.identityScore, confidence: row.identityConfidence },
    risk: { value: row.riskScore, confidence: row.riskConfidence },
    reliability: { value: row.reliabilityScore, confidence: row.reliabilityConfidence },
    // Check constraints hold label and tier to their sets; the explanation was written by `storeSnapshots`.
    autonomy: {
      value: row.autonomyScore,
      confidence: row.autonomyConfidence,
      label: row.autonomyLabel as AutonomyLabel,
    },
    policyTier: row.policyTier as PolicyTier,
    explanation: row.explanation as Factor[],
    formula: row.formula,
  }
}

export function scoreOf(row: SnapshotRow): ScoreRow {
  return { ...scoresOf(row), snapshotId: row.id, asOf: row.createdAt }
}

/** One statement for all: a snapshot is never changed afterwards. */
export async function storeSnapshots(tx: Tx, snapshots: readonly NewSnapshot[]): Promise<void> {
  const numbers = (pick: (scores: Scores) => number | null): (number | null)[] =>
    snapshots.map(({ scores }) => pick(scores))
  await tx.query(
    `INSERT INTO scoring.snapshot (tenant_id, id, agent_id, identity_score, identity_confidence, risk_score, risk_confidence, reliability_score,
         reliability_confidence, autonomy_score, autonomy_confidence, autonomy_label, policy_tier, formula, explanation, unit_path, receipt_id, created_at)
     SELECT muster.tenant(), s.id, s.agent, s.i, s.ic, s.r, s.rc, s.l, s.lc, s.a, s.ac, s.label, s.tier, s.formula, s.explanation,
            string_to_array(s.path, ',')::uuid[], s.receipt, s.at
       FROM unnest($1::uuid[], $2::uuid[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[], $8::float8[], $9::float8[],
                   $10::float8[], $11::text[], $12::text[], $13::text[], $14::jsonb[], $15::text[], $16::uuid[], $17::timestamptz[])
            AS s (id, agent, i, ic, r, rc, l, lc, a, ac, label, tier, formula, explanation, path, receipt, at)`,
    [
      snapshots.map(({ id }) => id),
      snapshots.map(({ agentId }) => agentId),
      numbers(({ identity }) => identity.value),
      numbers(({ identity }) => identity.confidence),
      numbers(({ risk }) => risk.value),
      numbers(({ risk }) => risk.confidence),
      numbers(({ reliability }) => reliability.value),
      numbers(({ reliability }) => reliability.confidence),
      numbers(({ autonomy }) => autonomy.value),
      numbers(({ autonomy }) => autonomy.confidence),
      snapshots.map(({ scores }) => scores.autonomy.label),
      snapshots.map(({ scores }) => scores.policyTier),
      snapshots.map(({ scores }) => scores.formula),
      snapshots.map(({ scores }) => JSON.stringify(scores.explanation)),
      snapshots.map(({ unitPath }) => unitPath.join(',')),
      snapshots.map(({ receiptId }) => receiptId),
      snapshots.map(({ createdAt }) => createdAt.toISOString()),
    ],
  )
}

/** What decisions read, in the order of agents; the version counts changes of the tier. */
export async function storeStandings(tx: Tx, snapshots: readonly NewSnapshot[]): Promise<void> {
  await tx.query(
    `INSERT INTO scoring.standing AS st (tenant_id, agent_id, policy_tier, risk_score, snapshot_id)
     SELECT muster.tenant(), n.agent, n.tier, n.risk, n.snapshot
       FROM unnest($1::uuid[], $2::text[], $3::float8[], $4::uuid[]) AS n (agent, tier, risk, snapshot)
      ORDER BY n.agent
     ON CONFLICT (tenant_id, agent_id) DO UPDATE SET policy_tier = excluded.policy_tier, risk_score = excluded.risk_score,
       snapshot_id = excluded.snapshot_id,
       version = st.version + CASE WHEN st.policy_tier = excluded.policy_tier THEN 0 ELSE 1 END`,
    [
      snapshots.map(({ agentId }) => agentId),
      snapshots.map(({ scores }) => scores.policyTier),
      snapshots.map(({ scores }) => scores.risk.value),
      snapshots.map(({ id }) => id),
    ],
  )
}

/** An agent in sight, with its present score where it has one. */
export interface AgentRow {
  id: string
  score: ScoreRow | null
}

/**
 * Agents by reference, each with its score: a page of agents costs one
 * statement here. Null for whoever is not in sight.
 */
export function agentLoader(room: Room, context: SubgraphContext): DataLoader<string, AgentRow | null> {
  return context.loader(
    'agents',
    () =>
      new DataLoader<string, AgentRow | null>(async (ids) => {
        const rows = await room.run((tx) =>
          tx.query<SnapshotRow & { agent: string; id: string | null }>(
            `SELECT g.id AS agent, ${snapshotColumns} FROM identity.published_agent g
               LEFT JOIN scoring.standing st ON st.tenant_id = g.tenant_id AND st.agent_id = g.id
               LEFT JOIN scoring.snapshot s ON s.tenant_id = st.tenant_id AND s.id = st.snapshot_id
              WHERE g.tenant_id = (SELECT muster.tenant()) AND g.id = ANY ($1::uuid[])`,
            [ids.filter(isUuid)],
          ),
        )
        const byId = new Map(
          rows.map((row) => [row.agent, { id: row.agent, score: row.id === null ? null : scoreOf(row) }]),
        )
        return ids.map((id) => byId.get(id) ?? null)
      }),
  )
}
