/**
 * What other services do to an agent's standing, as they do it: the row first,
 * then the ledger's head through the receipt, in one commit, under their own
 * login role.
 */
import { appendReceipts, inScope, withRequest, type RolePool, type Tx } from '@muster/db'
import { newId } from '@muster/kernel'
import type { Tool } from './acts.ts'
import type { Stage } from './stage.ts'

interface Told {
  type: string
  subject: { type: string; id: string }
  agentId?: string
}

/** Changes rows and records it. Answers the receipt's position, or null when there was nothing to change. */
function change(
  stage: Stage,
  pool: RolePool,
  told: Told,
  work: (tx: Tx) => Promise<unknown[]>,
): Promise<string | null> {
  return inScope(stage.house.administrator, () =>
    withRequest(pool, async (tx) => {
      if ((await work(tx)).length === 0) return null
      const [receipt] = await appendReceipts(tx.query, [{ ...told, data: {} }])
      return receipt!.seq
    }),
  )
}

export function setFrozen(stage: Stage, agent: number, isFrozen: boolean): Promise<string | null> {
  const { id } = stage.agents[agent]!
  const told = { type: isFrozen ? 'agent.frozen' : 'agent.reinstated', subject: { type: 'agent', id }, agentId: id }
  return change(stage, stage.house.identity, told, (tx) =>
    tx.query(
      `UPDATE identity.agent SET status = $2, status_since = muster.now(), version = version + 1 WHERE id = $1 AND status = $3 RETURNING id`,
      isFrozen ? [id, 'FROZEN', 'ACTIVE'] : [id, 'ACTIVE', 'FROZEN'],
    ),
  )
}

export function revokeGrant(stage: Stage, agent: number, tool: Tool): Promise<string | null> {
  const { id, grants } = stage.agents[agent]!
  const told = { type: 'grant.revoked', subject: { type: 'grant', id: grants[tool] }, agentId: id }
  return change(stage, stage.house.workforce, told, (tx) =>
    tx.query(
      'UPDATE workforce.agent_grant SET revoked_at = muster.now(), version = version + 1 WHERE id = $1 AND revoked_at IS NULL RETURNING id',
      [grants[tool]],
    ),
  )
}

export function takeRole(stage: Stage, person: number): Promise<string | null> {
  const id = stage.people[person]!
  return change(stage, stage.house.identity, { type: 'role.revoked', subject: { type: 'person', id } }, (tx) =>
    tx.query('DELETE FROM identity.role_binding WHERE person_id = $1 RETURNING id', [id]),
  )
}

export function giveRole(stage: Stage, person: number): Promise<string | null> {
  const id = stage.people[person]!
  const { administrator, world } = stage.house
  return change(stage, stage.house.identity, { type: 'role.granted', subject: { type: 'person', id } }, (tx) =>
    tx.query(
      `INSERT INTO identity.role_binding (tenant_id, id, person_id, role, unit_id, granted_by)
       SELECT muster.tenant(), $1, $2, 'approver', $3, $4 WHERE NOT EXISTS (SELECT FROM identity.role_binding WHERE person_id = $2)
       ON CONFLICT DO NOTHING RETURNING id`,
      [newId(), id, world.teams[0], administrator.claims.sub],
    ),
  )
}
