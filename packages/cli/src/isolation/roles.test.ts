/**
 * Every query and mutation of the public schema, through the API, as every
 * role, on a subject of one's own team, of another team and of another tenant.
 *
 * The matrix beside this file is what was reviewed: a cell that changes is a
 * diff. What may never change is asserted on its own below.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { roles, type Role } from '@muster/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SeededTenant } from '../../../../prisma/seed/seedCompany.ts'
import { startMuster, type Running } from '../faults/running.ts'
import { act, ask, read, signIn } from './door.ts'
import { roleCalls, type RoleCall } from './roleCalls.ts'
import { plantRows, type Rows } from './rows.ts'
import { publicSchema } from './schemaSites.ts'

const home = mkdtempSync(join(tmpdir(), 'muster-roles-'))
const places = ['own', 'otherTeam', 'otherTenant'] as const
type Place = (typeof places)[number]
type Cells = Partial<Record<Place, string>>

interface Caller {
  readonly name: string
  readonly role: Role
  readonly all: boolean
  readonly email: string
}

let muster: Running
let tenant: SeededTenant
let calls: RoleCall[]
let callers: Caller[]
let planted = 0
let teams: Record<Place, { admin: string; team: string }>
let policies: string
/** Caller → call → what it amounted to at each place. */
const matrix = new Map<Caller, Map<RoleCall, Cells>>()

/** Long enough to sign in on a busy machine. */
const lastsMs = 8_000
/** A principal is remembered for less than this. */
const rememberedMs = 1_000
const passphrase = 'quite another long pass phrase'

/** Who takes part least comes first: what the strong change is changed last. */
const order: readonly Role[] = [
  'viewer',
  'auditor',
  'approver',
  'analyst',
  'ciso',
  'owner',
  'team-lead',
  'org-admin',
  'tenant-admin',
]

async function unitOf(admin: string, name: string): Promise<string> {
  const { orgUnits } = await read<{ orgUnits: { id: string; name: string }[] }>(
    muster,
    admin,
    '{ orgUnits { id name } }',
  )
  return orgUnits.find((unit) => unit.name === name)!.id
}

async function joins(role: Role, unitId: string | null, expiresAt: Date | null = null): Promise<Caller> {
  const name = role === 'owner' ? 'owner' : `${role}/${unitId === null ? 'tenant' : 'team'}`
  const email = `caller${++planted}@callers.example`
  await act(muster, tenant.apiKeys.admin, 'addPerson', '... on PersonAdded { person { id } }', {
    email,
    displayName: name,
    roles: [{ role, unitId, expiresAt: expiresAt?.toISOString() }],
    password: passphrase,
  })
  return { name, role, all: unitId === null && role !== 'owner', email }
}

const plant = async (place: Place): Promise<Rows> =>
  plantRows(muster, { marker: `row${++planted}${place.toLowerCase()}`, ...teams[place] })

beforeAll(async () => {
  muster = await startMuster(home)
  tenant = muster.tenants[0]!
  calls = roleCalls(muster, publicSchema())
  const [ours, theirs] = [tenant.apiKeys.admin, muster.tenants[1]!.apiKeys.admin]
  teams = {
    own: { admin: ours, team: await unitOf(ours, 'payments-platform') },
    otherTeam: { admin: ours, team: await unitOf(ours, 'support-desk') },
    otherTenant: { admin: theirs, team: await unitOf(theirs, 'ops') },
  }
  const { policyBundles } = await read<{ policyBundles: { nodes: { id: string; state: string }[] } }>(
    muster,
    ours,
    '{ policyBundles { nodes { id state } } }',
  )
  policies = policyBundles.nodes.find(({ state }) => state === 'ACTIVE')!.id
  callers = []
  for (const role of order) {
    const end = role === 'auditor' ? new Date(Date.now() + 86_400_000) : null
    if (role !== 'owner') callers.push(await joins(role, teams.own.team, end))
    callers.push(await joins(role, null, end))
  }

  const theirRows = await plant('otherTenant')
  let rows: Rows[] = []
  for (const caller of callers) {
    if (rows.length === 0) rows = [await plant('own'), await plant('otherTeam'), theirRows]
    if (caller.role === 'owner')
      for (const agentId of [rows[0]!.agent, rows[0]!.careful])
        await act(muster, ours, 'changeAgent', '', { agentId, ownerEmail: caller.email })
    // Whoever came before may have signed everybody out.
    const bearer = await signIn(muster, caller.email, passphrase)
    const answers = new Map<RoleCall, Cells>()
    matrix.set(caller, answers)
    for (const one of calls) {
      const cells: Cells = {}
      answers.set(one, cells)
      for (const [at, place] of places.entries())
        if (one.named || place === 'own') cells[place] = await one.call(bearer, rows[at]!)
    }
    // The next caller finds everything as this one did.
    if (![...answers].some(([one, { own }]) => one.isMutation && own === 'done')) continue
    rows = []
    await ask(
      muster,
      ours,
      'mutation ($input: ActivatePolicyBundleInput!) { activatePolicyBundle(input: $input) { __typename } }',
      { input: { bundleId: policies } },
    )
  }
}, 600_000)
afterAll(async () => {
  expect(await muster?.stop()).toBe(0)
  rmSync(home, { recursive: true, force: true })
})

test('the matrix is the one that was reviewed, and has every role', async () => {
  expect([...order].toSorted()).toEqual([...roles].toSorted())
  const lines = [
    `# operation: what it amounts to (${places.join(' | ')}) as whom; \`forbidden\` is a lack of capability`,
  ]
  for (const one of calls.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const groups = new Map<string, string[]>()
    for (const [caller, answers] of matrix) {
      const cells = answers.get(one)!
      const answer = one.named ? places.map((place) => cells[place]).join(' | ') : cells.own!
      groups.set(answer, [...(groups.get(answer) ?? []), caller.name])
    }
    lines.push('', one.name)
    for (const [answer, who] of groups)
      lines.push(`  ${answer}: ${who.length === matrix.size ? 'everybody' : who.join(', ')}`)
  }
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('./roles.matrix.txt')
})

/** Whose rows a caller reached, by call: `done` or seen, at a place. */
const reached = (place: Place, of: (caller: Caller) => boolean): string[] => [
  ...new Set(
    [...matrix].flatMap(([caller, answers]) =>
      of(caller)
        ? [...answers].flatMap(([one, cells]) =>
            ['done', 'seen', 'in part'].includes(cells[place] ?? '') && one.named ? [one.name] : [],
          )
        : [],
    ),
  ),
]

test('nobody reaches another tenant', () => {
  expect(reached('otherTenant', () => true)).toEqual([])
})

test('a role held in a team reaches no other team, but the tools and policies that all teams share', () => {
  expect(reached('otherTeam', ({ all }) => !all).toSorted()).toEqual([
    'Query.manifest',
    'Query.manifests',
    'Query.policyBundle',
  ])
})

test('who may only read changes nothing but views and exports of their own', () => {
  const done = [...matrix].flatMap(([{ role }, answers]) =>
    role === 'viewer' || role === 'auditor'
      ? [...answers].flatMap(([{ name, isMutation }, cells]) =>
          isMutation && Object.values(cells).includes('done') ? [name] : [],
        )
      : [],
  )
  expect([...new Set(done)].toSorted()).toEqual(['Mutation.saveView', 'Mutation.startAgentExport'])
})

test('what is one for the whole tenant is changed by no role held in a team', () => {
  const changed = [...matrix].flatMap(([{ all }, answers]) =>
    all
      ? []
      : [...answers].flatMap(([{ name, named, isMutation }, { own }]) =>
          isMutation && !named && own === 'done' ? [name] : [],
        ),
  )
  expect([...new Set(changed)]).toEqual(['Mutation.saveView'])
})

test('a role that ends takes its access along, of sessions that are open', async () => {
  const { email } = await joins('auditor', null, new Date(Date.now() + lastsMs))
  const bearer = await signIn(muster, email, passphrase)
  const look = (): Promise<string> => ask(muster, bearer, '{ agents(first: 1) { nodes { id } } }')
  expect(await look()).toContain('"nodes":[{')
  await new Promise((resolve) => setTimeout(resolve, lastsMs + rememberedMs))
  expect(await look()).toContain('"FORBIDDEN"')
}, 30_000)
