/**
 * Sessions: issued by the server to one agent, remembering the least trusted
 * content it has met.
 *
 * INVARIANT (taint only falls): checked here, and by a trigger in the database.
 */
import { appendReceipts, withRequest, type Recorded, type RequestScope, type Tx } from '@muster/db'
import { isUuid, minTrust, newId, Refusal, trustLevels, type Trust } from '@muster/kernel'
import { z } from 'zod'
import { agentOf, parseInput, unknownAgent } from '../actions/input.ts'
import type { GuardRoom } from '../room.ts'

const trust = z.enum(trustLevels)
const startShape = z.object({ agentId: z.string().nullish(), sourceTrust: trust.nullish() })
const taintShape = z.object({ sessionId: z.string(), trust })
const endShape = z.object({ sessionId: z.string() })

export interface SessionStarted {
  sessionId: string
  taint: Trust
  receipt: Recorded
}

/** Opens a session; it starts with the credential's ceiling or what the caller says, whichever is lower. */
export async function startSession(room: GuardRoom, scope: RequestScope, input: unknown): Promise<SessionStarted> {
  const request = parseInput(startShape, input)
  const agent = agentOf(scope.claims, request.agentId ?? null)
  const taint = minTrust(scope.claims.ceiling, request.sourceTrust ?? scope.claims.ceiling)
  const id = newId(room.clock.nowMs())
  return withRequest(room.guard, async (tx) => {
    const [row] = await tx.query<{ path: string[] | null }>(
      `SELECT u.path FROM identity.published_agent a LEFT JOIN workforce.published_unit u ON u.tenant_id = a.tenant_id AND u.id = a.team_id WHERE a.id = $1`,
      [agent],
    )
    if (row === undefined) throw unknownAgent()
    await tx.query(
      `INSERT INTO guard.agent_session (tenant_id, id, agent_id, credential, taint, unit_path) VALUES (muster.tenant(), $1, $2, $3, $4, $5::uuid[])`,
      [id, agent, scope.claims.cred, taint, row.path ?? []],
    )
    const receipt = await record(tx, 'session.started', id, agent, { taint })
    return { sessionId: id, taint, receipt }
  })
}

interface SessionRow {
  id: string
  agent_id: string
  taint: Trust
  ended_at: Date | null
}

const unknownSession = (): Refusal => new Refusal('UNKNOWN_SESSION', 'no such session')

/** The open session, locked until commit; closed and unknown ones are told apart only to those who see them. */
async function lockOpen(tx: Tx, scope: RequestScope, id: string): Promise<SessionRow> {
  if (!isUuid(id)) throw unknownSession()
  const [row] = await tx.query<SessionRow>(
    'SELECT id, agent_id, taint, ended_at FROM guard.agent_session WHERE id = $1 FOR UPDATE',
    [id],
  )
  if (row === undefined || (scope.claims.agent !== null && scope.claims.agent !== row.agent_id)) throw unknownSession()
  if (row.ended_at !== null) throw new Refusal('SESSION_ENDED', 'this session has ended')
  return row
}

export async function taintSession(
  room: GuardRoom,
  scope: RequestScope,
  input: unknown,
): Promise<{ sessionId: string; taint: Trust; receipt: Recorded | null }> {
  const request = parseInput(taintShape, input)
  return withRequest(room.guard, async (tx) => {
    const row = await lockOpen(tx, scope, request.sessionId)
    const taint = minTrust(row.taint, request.trust)
    if (taint === row.taint) return { sessionId: row.id, taint, receipt: null }
    await tx.query('UPDATE guard.agent_session SET taint = $2, version = version + 1 WHERE id = $1', [row.id, taint])
    const receipt = await record(tx, 'session.tainted', row.id, row.agent_id, { from: row.taint, to: taint })
    return { sessionId: row.id, taint, receipt }
  })
}

export async function endSession(
  room: GuardRoom,
  scope: RequestScope,
  input: unknown,
): Promise<{ sessionId: string; receipt: Recorded }> {
  const request = parseInput(endShape, input)
  return withRequest(room.guard, async (tx) => {
    const row = await lockOpen(tx, scope, request.sessionId)
    await tx.query('UPDATE guard.agent_session SET ended_at = muster.now(), version = version + 1 WHERE id = $1', [
      row.id,
    ])
    return { sessionId: row.id, receipt: await record(tx, 'session.ended', row.id, row.agent_id, { taint: row.taint }) }
  })
}

/** Last in its transaction: takes the head's lock, so that no decision overtakes the change. */
async function record(
  tx: Tx,
  type: string,
  id: string,
  agentId: string,
  data: Record<string, unknown>,
): Promise<Recorded> {
  const [receipt] = await appendReceipts(tx.query, [{ type, subject: { type: 'session', id }, agentId, data }])
  return receipt!
}
