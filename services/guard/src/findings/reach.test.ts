/** Reaching for another tenant is answered like reaching for nothing, and an analyst hears of it once. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { authorize, makeWorld, type World } from '../testing/world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world?.stop())

const findings = () =>
  world.database.asSuperuser<{ id: string; count: number }>(
    "SELECT id, count FROM guard.finding WHERE tenant_id = $1 AND finding_type = 'isolation.foreign_reach'",
    [world.tenantId],
  )
const ask = (agentId: string, scope = world.key()) =>
  world.run(scope, authorize, { input: { agentId, tool: 'crm.read', action: 'read' } })

test('a foreign agent is refused as unknown, and raises one finding with its receipt', async () => {
  const other = await makeForeignAgent()
  const scope = world.key()
  const unknown = await ask(newId(), scope)
  expect(await ask(other, scope)).toEqual(unknown)
  await expect.poll(findings, { timeout: 5_000 }).toHaveLength(1)
  await ask(other, scope)
  const [finding] = await findings()
  const receipts = await world.database.asSuperuser(
    "SELECT 1 FROM ledger.receipt WHERE type = 'finding.opened' AND subject_id = $1",
    [finding!.id],
  )
  expect(receipts).toHaveLength(1)
})

async function makeForeignAgent(): Promise<string> {
  const { tenantId } = await world.database.openTenant(`other-${newId()}`)
  const [agent, owner] = [newId(), newId()]
  await world.database.asSuperuser(
    "INSERT INTO identity.person (tenant_id, id, email_index, email_sealed, name_sealed) VALUES ($1, $2, sha256('x'), 'x', 'x')",
    [tenantId, owner],
  )
  await world.database.asSuperuser(
    "INSERT INTO identity.agent (tenant_id, id, slug, display_name, owner_id, team_id) VALUES ($1, $2, 'theirs', 'Theirs', $3, $2)",
    [tenantId, agent, owner],
  )
  return agent
}
