/** Verification artifacts in the database; row-level security decides which are there. */
import type { VerificationArtifact } from '../generated/prisma/client.ts'
import { query, type Tx } from '../database.ts'
import type { Method } from './verification.ts'

export type VerificationRow = Omit<VerificationArtifact, 'method'> & { method: string }
export type AgentVerification = VerificationRow & { publicKey: string | null }

/** The newest of an agent: more are history, which the ledger keeps. */
const shownMax = 50

const columns = `v.tenant_id AS "tenantId", v.id, v.agent_id AS "agentId", v.artifact_type AS "artifactType", v.method, v.status, v.domain,
  v.token, v.key_hash AS "keyHash", v.evidence_hash AS "evidenceHash", v.requested_by AS "requestedBy", v.requested_at AS "requestedAt",
  v.expires_at AS "expiresAt", v.settled_at AS "settledAt", v.receipt_id AS "receiptId", a.public_key AS "publicKey"`

/** The newest verifications of each agent in sight. */
export function verificationsOf(tx: Tx, agentIds: readonly string[]): Promise<AgentVerification[]> {
  return query<AgentVerification>(
    tx,
    `SELECT ${columns} FROM identity.agent a, LATERAL (
       SELECT * FROM identity.verification_artifact w
        WHERE w.tenant_id = a.tenant_id AND w.agent_id = a.id ORDER BY w.id DESC LIMIT ${shownMax}) v
      WHERE a.id = ANY ($1::uuid[]) ORDER BY v.id DESC`,
    [agentIds],
  )
}

export async function verificationById(tx: Tx, id: string): Promise<AgentVerification | null> {
  const [row] = await query<AgentVerification>(
    tx,
    `SELECT ${columns} FROM identity.verification_artifact v
       JOIN identity.agent a ON a.tenant_id = v.tenant_id AND a.id = v.agent_id WHERE v.id = $1::uuid`,
    [id],
  )
  return row ?? null
}

/** How many verifications of an agent, which is held, may still be settled. */
export function pendingCount(tx: Tx, agentId: string, now: Date): Promise<number> {
  return tx.verificationArtifact.count({ where: { agentId, status: 'pending', expiresAt: { gt: now } } })
}

export interface NewVerification {
  tenantId: string
  id: string
  agentId: string
  method: Method
  domain: string | null
  token: string
  keyHash: Buffer | null
  requestedBy: string
  requestedAt: Date
  expiresAt: Date
}

export async function insertVerification(tx: Tx, { method, keyHash, ...row }: NewVerification): Promise<void> {
  await tx.verificationArtifact.createMany({
    data: [
      {
        ...row,
        method: method.toLowerCase(),
        artifactType: method === 'CHALLENGE' ? 'key_proof' : 'domain_proof',
        keyHash: keyHash === null ? null : new Uint8Array(keyHash),
      },
    ],
  })
}

/** Settles what is pending still; false when somebody was faster. */
export async function settleVerification(
  tx: Tx,
  settled: { id: string; status: 'verified' | 'failed'; evidenceHash: Buffer; at: Date; receiptId: string },
): Promise<boolean> {
  const { count } = await tx.verificationArtifact.updateMany({
    where: { id: settled.id, status: 'pending' },
    data: {
      status: settled.status,
      evidenceHash: new Uint8Array(settled.evidenceHash),
      settledAt: settled.at,
      receiptId: settled.receiptId,
    },
  })
  return count === 1
}
