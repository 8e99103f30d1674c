/**
 * What the database holds after a schedule: the ledger's receipts in order, and
 * the rows they speak of. Read as superuser, past every policy.
 */
import { LedgerVerifier, type LedgerEntry, type VerifiedPoint } from '@muster/ledger'
import { tools, type Tool } from './acts.ts'
import type { History } from './history.ts'
import type { House, Stage } from './stage.ts'

export interface ReceiptRow {
  seq: number
  id: string
  type: string
  subject: string
  actor: string
  policyHash: string | null
  data: Record<string, unknown>
}
export interface DecisionRecord {
  id: string
  seq: number
  agent: number
  tool: Tool
  /** The session that was named, whoever's it is: the row keeps it only when it is the agent's own. */
  session: number | null
  outcome: string
  reasonCode: string
  policyHash: string
  actionHash: string
  receiptId: string
  approvalId: string | null
  /** Distinct people who must approve; 0 unless held. */
  required: number
}
export interface ExecutionRecord {
  id: string
  decisionId: string
  seq: number
  receiptId: string
  outcome: string | null
  reportSeq: number | null
}

export interface Written {
  receipts: readonly ReceiptRow[]
  decisions: ReadonlyMap<string, DecisionRecord>
  executions: ReadonlyMap<string, ExecutionRecord>
}

/** Where the chain was verified up to; the next schedule goes on from there. */
let verified: VerifiedPoint | undefined

/** Verifies what was appended since the last call, body by body. Throws naming the first broken entry. */
export async function verifyChain({ world }: House): Promise<void> {
  const rows = await world.database.asSuperuser<{
    seq: string
    leaf: string
    link: string
    body: string
    origin: string
  }>(
    `SELECT e.seq, encode(e.leaf, 'hex') AS leaf, encode(e.link, 'hex') AS link, convert_from(r.body, 'UTF8') AS body, h.origin
       FROM ledger.entry e JOIN ledger.receipt r USING (tenant_id, seq) JOIN ledger.head h USING (tenant_id)
      WHERE tenant_id = $1 AND e.seq > $2 ORDER BY e.seq`,
    [world.tenantId, verified?.seq ?? 0],
  )
  if (rows.length === 0) return
  const verifier = new LedgerVerifier({
    origin: rows[0]!.origin,
    tenant: world.tenantId,
    ...(verified === undefined ? {} : { from: verified }),
  })
  for (const { seq, leaf, link, body } of rows) verifier.push({ seq, leafHash: leaf, link, body } satisfies LedgerEntry)
  const verdict = verifier.finish()
  if (!verdict.intact) throw new Error(`the ledger is broken at ${verdict.firstBrokenSeq}: ${verdict.detail}`)
  verified = verifier.point()!
}

interface Row {
  [column: string]: unknown
}

export async function readRecord(stage: Stage, history: History): Promise<Written> {
  const named = new Map(
    history.authorizations.flatMap(({ answer, session }) =>
      answer.__typename === 'ActionDecided' ? [[answer.decision.id, session] as const] : [],
    ),
  )
  const { world } = stage.house
  const read = <T extends Row>(sql: string): Promise<T[]> =>
    world.database.asSuperuser<T>(sql, [world.tenantId, stage.startSeq])
  const receipts = await read<{ seq: string; body: string }>(
    `SELECT seq, convert_from(body, 'UTF8') AS body FROM ledger.receipt WHERE tenant_id = $1 AND seq > $2 ORDER BY ledger.receipt.seq`,
  )
  const decisions = await read<Record<string, string | number | null>>(
    `SELECT d.id, d.seq::integer, d.agent_id, d.tool, d.outcome, d.reason_code, d.policy_hash, encode(d.action_hash, 'hex') AS action_hash,
            d.receipt_id, a.id AS approval_id, coalesce(a.required, 0) AS required
       FROM guard.decision d LEFT JOIN guard.approval a ON a.tenant_id = d.tenant_id AND a.decision_id = d.id
      WHERE d.tenant_id = $1 AND d.seq > $2`,
  )
  const executions = await read<Record<string, string | number | null>>(
    `SELECT id, decision_id, redeem_seq::integer, redeem_receipt, outcome, report_seq::integer FROM guard.execution WHERE tenant_id = $1 AND redeem_seq > $2`,
  )
  const place = (ids: readonly string[], id: unknown): number => ids.indexOf(String(id))
  const agents = stage.agents.map(({ id }) => id)
  return {
    receipts: receipts.map(({ seq, body }) => {
      const parsed = JSON.parse(body) as {
        id: string
        type: string
        subject: { id: string }
        actor: { id: string }
        policyHash: string | null
        data: Record<string, unknown>
      }
      const { id, type, subject, actor, policyHash, data } = parsed
      return { seq: Number(seq), id, type, subject: subject.id, actor: actor.id, policyHash, data }
    }),
    decisions: new Map(
      decisions.map((row) => [
        String(row['id']),
        {
          id: String(row['id']),
          seq: Number(row['seq']),
          agent: place(agents, row['agent_id']),
          tool: tools.find((tool) => tool === row['tool'])!,
          session: named.get(String(row['id'])) ?? null,
          outcome: String(row['outcome']),
          reasonCode: String(row['reason_code']),
          policyHash: String(row['policy_hash']),
          actionHash: String(row['action_hash']),
          receiptId: String(row['receipt_id']),
          approvalId: row['approval_id'] as string | null,
          required: Number(row['required']),
        },
      ]),
    ),
    executions: new Map(
      executions.map((row) => [
        String(row['id']),
        {
          id: String(row['id']),
          decisionId: String(row['decision_id']),
          seq: Number(row['redeem_seq']),
          receiptId: String(row['redeem_receipt']),
          outcome: row['outcome'] as string | null,
          reportSeq: row['report_seq'] === null ? null : Number(row['report_seq']),
        },
      ]),
    ),
  }
}
