/** The directory as a file: exactly what is in sight, harmless in a spreadsheet, sealed while it waits, gone after an hour. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { crowd } from '../testing/tenThousand.ts'
import { startWorld, type Actor, type Company, type World } from '../testing/world.ts'
import { csvOf } from './csv.ts'

/** More than one part. */
const size = 620

let world: World
let company: Company
let ann: Actor
let lead: Actor

beforeAll(async () => {
  world = await startWorld()
  company = world.northwind
  ann = await world.person(company, 'ann', [{ role: 'analyst', unit: null }])
  lead = await world.person(company, 'lea', [{ role: 'team-lead', unit: company.units.payments }])
  await crowd(world, company, ann.id, size)
  await world.database.asSuperuser(
    'UPDATE identity.agent SET display_name = \'=HYPERLINK("http://x"), "quoted"\' WHERE slug = \'crowd-00010\'',
  )
})
afterAll(() => world?.stop())

interface Export {
  id: string
  state: string
  total: number
  done: number
  parts: number
  expiresAt: string | null
}

const fields = 'id state total done parts expiresAt'
async function start(actor: Actor, filter?: object): Promise<string> {
  const answer = await world.mutate(
    actor.scope,
    'startAgentExport',
    filter === undefined ? {} : { filter },
    '... on AgentExportStarted { agentExport { id } receipt { seq } }',
  )
  return (answer as unknown as { agentExport: { id: string } }).agentExport.id
}
const look = async (actor: Actor, id: string): Promise<Export | null> =>
  (
    await world.run<{ agentExport: Export | null }>(
      actor.scope,
      `query ($id: ID!) { agentExport(id: $id) { ${fields} } }`,
      { id },
    )
  ).agentExport
async function ended(actor: Actor, id: string): Promise<Export> {
  for (;;) {
    const found = await look(actor, id)
    if (found !== null && found.state !== 'RUNNING') return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const part = async (actor: Actor, id: string, number: number): Promise<string | null> =>
  (
    await world.run<{ agentExport: { part: string | null } | null }>(
      actor.scope,
      'query ($id: ID!, $number: Int!) { agentExport(id: $id) { part(number: $number) } }',
      { id, number },
    )
  ).agentExport?.part ?? null

test('holds every agent of the filter once, with one header, over all parts', async () => {
  const id = await start(ann)
  const done = await ended(ann, id)
  expect(done).toMatchObject({ state: 'DONE', total: size, done: size, parts: 2 })
  const text = `${await part(ann, id, 1)}${await part(ann, id, 2)}`
  const lines = text.trimEnd().split('\r\n')
  expect(lines[0]).toMatch(/^slug,name,status,/)
  expect(lines).toHaveLength(size + 1)
  expect(new Set(lines.slice(1).map((line) => line.split(',')[0])).size).toBe(size)
  expect(text).toContain(ann.email)
  expect(text).toContain('crowd-00010,"\'=HYPERLINK(""http://x""), ""quoted"""')
  expect(await part(ann, id, 3)).toBeNull()
  const [receipt] = (await world.receipts(company, 'agents.exported')).slice(-1)
  expect(receipt).toMatchObject({ subject: { id }, actor: { id: ann.id }, data: { agents: size, filtered: false } })
})

test('a team lead’s file holds the team', async () => {
  const id = await start(lead, { text: 'crowd' })
  expect(await ended(lead, id)).toMatchObject({ total: size / 10 })
  const slugs = (await part(lead, id, 1))!.trimEnd().split('\r\n').slice(1)
  expect(slugs.every((line) => /^crowd-\d{4}0,/.test(line))).toBe(true)
})

test('an agent that left the caller’s sight before it was read is not in the file', async () => {
  const id = await start(lead, { text: 'crowd-00010' })
  await ended(lead, id)
  await world.database.asSuperuser('UPDATE identity.agent SET team_id = $2 WHERE tenant_id = $1 AND slug = $3', [
    company.tenantId,
    company.units.support,
    'crowd-00010',
  ])
  await world.database.asSuperuser('DELETE FROM identity.job_part WHERE job_id = $1', [id])
  await world.database.asSuperuser(
    "UPDATE identity.job SET state = 'RUNNING', settled = 0, ended_at = NULL, held_until = now() - interval '1 second' WHERE id = $1",
    [id],
  )
  expect(await ended(lead, id)).toMatchObject({ state: 'DONE', done: 1 })
  expect((await part(lead, id, 1))!.trimEnd().split('\r\n')).toHaveLength(1)
})

test('is nobody else’s, sealed in the database, and gone after an hour', async () => {
  const id = await start(ann, { text: 'crowd-0000' })
  await ended(ann, id)
  for (const other of [id, newId(), 'x']) expect(await look(lead, other)).toBeNull()
  const [row] = await world.database.asSuperuser<{ sealed: Buffer }>(
    'SELECT sealed FROM identity.job_part WHERE job_id = $1',
    [id],
  )
  expect(row!.sealed.toString('latin1')).not.toContain('crowd')
  await world.database.asSuperuser(
    "UPDATE identity.job_part SET expires_at = now() - interval '1 second' WHERE job_id = $1",
    [id],
  )
  expect(await part(ann, id, 1)).toBeNull()
  expect(await look(ann, id)).toMatchObject({ state: 'DONE', parts: 0, expiresAt: null })
  // The next export in the tenant sweeps it, whoever begins it.
  await ended(lead, await start(lead))
  expect(await world.database.asSuperuser('SELECT part FROM identity.job_part WHERE job_id = $1', [id])).toEqual([])
})

test('what a spreadsheet would run is text', () => {
  const agent = { displayName: '@SUM(1)', purpose: '-2+3', model: '\t=1', environment: '+1' }
  const [line] = csvOf([agent as never], { header: false }).split('\r\n')
  for (const text of ["'@SUM(1)", "'-2+3", "'+1"]) expect(line).toContain(text)
})
