/** Incidents: one open at a time for an agent, contained by its standing, closed with their findings, told by receipts. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { appendReceipts, inScope, openPool, withRequest, type RolePool } from '@muster/db'
import { authorize, makeWorld, type World } from '../testing/world.ts'

let world: World
let identity: RolePool
let agent: string
beforeAll(async () => {
  world = await makeWorld()
  identity = openPool({ url: world.database.url('muster_identity'), role: 'muster_identity' })
})
afterAll(async () => {
  await identity?.end()
  await world?.stop()
})
beforeEach(async () => {
  agent = await world.addAgent({ tier: 'HIGH' })
})

interface Incident {
  id: string
  number: number
  status: string
  severity: string
  containedAt: string | null
  closeReason: string | null
  agents: { id: string }[]
  findings: { id: string; status: string }[]
  timeline: { event: string; receipt: { id: string; seq: string } }[]
}
const fields =
  'id number status severity containedAt closeReason agents { id } findings { id status } timeline { event receipt { id seq } }'
const incidents = async (filter: object = { agentId: agent }, scope = world.key()) =>
  (
    await world.run<{ incidents: { totalCount: number; nodes: Incident[] } }>(
      scope,
      `query ($filter: IncidentFilter) { incidents(filter: $filter) { totalCount nodes { ${fields} } } }`,
      { filter },
    )
  ).incidents
const raise = async (tool: string, sourceTrust = 'MALICIOUS_SUSPECTED') =>
  world.run(world.key(), authorize, { input: { agentId: agent, tool, action: 'write', sourceTrust } })
const close = async (incidentId: string, scope = world.key()) =>
  (
    await world.run<{ done: { __typename: string; code?: string; receipt?: { seq: string } } }>(
      scope,
      'mutation ($input: CloseIncidentInput!) { done: closeIncident(input: $input) { __typename ... on Refused { code } ... on IncidentClosed { receipt { seq } } } }',
      { input: { incidentId, reason: 'RESOLVED', note: 'keys were rotated' } },
    )
  ).done
const withFindings = async (count: number): Promise<Incident> => {
  await expect.poll(async () => (await incidents()).nodes[0]?.findings.length ?? 0, { timeout: 5_000 }).toBe(count)
  return (await incidents()).nodes[0]!
}
/** As identity does it: the row and its receipt in one commit. */
const freeze = async () => {
  await world.database.asSuperuser(
    "UPDATE identity.agent SET status = 'FROZEN', status_since = muster.now(), version = version + 1 WHERE id = $1",
    [agent],
  )
  await inScope(world.key(), () =>
    withRequest(identity, (tx) =>
      appendReceipts(tx.query, [
        {
          type: 'agent.frozen',
          subject: { type: 'agent', id: agent },
          agentId: agent,
          data: { from: 'ACTIVE', to: 'FROZEN', salt: randomBytes(4).toString('hex') },
        },
      ]),
    ),
  )
}

test('serious findings of one agent come together in one incident, lesser ones do not', async () => {
  await Promise.all([raise('crm.read'), raise('crm.write'), raise('payments.refund')])
  await raise('crm.write', 'UNTRUSTED_EXTERNAL')
  const incident = await withFindings(3)
  expect((await incidents()).totalCount).toBe(1)
  expect(incident).toMatchObject({ status: 'OPEN', severity: 'HIGH', containedAt: null, agents: [{ id: agent }] })
  expect(incident.timeline.filter(({ event }) => event === 'INCIDENT_OPENED')).toHaveLength(1)
  expect(incident.timeline.filter(({ event }) => event === 'FINDING_ADDED')).toHaveLength(2)
  const seqs = incident.timeline.map(({ receipt }) => Number(receipt.seq))
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
})

test('it is contained by the freeze of its agent, closed with its findings, and the next finding opens another', async () => {
  await raise('crm.write')
  const opened = await withFindings(1)
  await freeze()
  const [contained] = (await incidents({ agentId: agent, status: 'CONTAINED' })).nodes
  expect(contained).toMatchObject({ id: opened.id, status: 'CONTAINED' })
  expect(contained!.containedAt).not.toBeNull()
  expect((await incidents({ agentId: agent, status: 'OPEN' })).totalCount).toBe(0)

  const closed = await close(opened.id)
  const [after] = (await incidents()).nodes
  expect(after).toMatchObject({ status: 'CLOSED', closeReason: 'RESOLVED', findings: [{ status: 'CLOSED' }] })
  expect(after!.containedAt).toBe(contained!.containedAt)
  expect(after!.timeline.at(-1)).toMatchObject({ event: 'INCIDENT_CLOSED', receipt: { seq: closed.receipt!.seq } })
  expect(after!.timeline.map(({ event }) => event)).toContain('AGENT_FROZEN')
  expect(await close(opened.id)).toMatchObject({ code: 'ALREADY_CLOSED' })

  await world.setStatus(agent, 'ACTIVE')
  await raise('crm.write')
  await expect.poll(async () => (await incidents()).totalCount, { timeout: 5_000 }).toBe(2)
  const [next] = (await incidents()).nodes
  expect(next).toMatchObject({ number: after!.number + 1 })
})

test('every line of a timeline is a receipt of the ledger', async () => {
  await raise('crm.write')
  const { timeline } = await withFindings(1)
  const rows = await world.database.asSuperuser<{ id: string; seq: string }>(
    'SELECT id, seq::text FROM ledger.receipt WHERE id = ANY ($1::uuid[])',
    [timeline.map(({ receipt }) => receipt.id)],
  )
  expect(rows.map(({ id, seq }) => `${id}/${seq}`).toSorted()).toEqual(
    timeline.map(({ receipt }) => `${receipt.id}/${receipt.seq}`).toSorted(),
  )
})

test('another team’s lead neither sees nor closes it', async () => {
  await raise('crm.write')
  const { id } = await withFindings(1)
  const stranger = world.key({ all: false, units: [world.teams[1]] })
  expect((await incidents({}, stranger)).nodes.map((incident) => incident.id)).not.toContain(id)
  expect(await close(id, stranger)).toMatchObject({ code: 'UNKNOWN_INCIDENT' })
  expect((await incidents({}, world.key({ all: false, units: [world.teams[0]] }))).nodes).toEqual(
    expect.arrayContaining([expect.objectContaining({ id, status: 'OPEN' })]),
  )
})
