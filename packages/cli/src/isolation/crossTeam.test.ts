/**
 * Inside a tenant a team is out of reach of another team's lead: rows are
 * answered like none, lists are without them, writes are refused; the ledger
 * hides what they say and still verifies.
 *
 * Generated from the composed schema like `crossTenant.test.ts`, whose lists
 * of sites and fields are exhaustive.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SeededTenant } from '../../../../prisma/seed/seedCompany.ts'
import { startMuster, type Running } from '../faults/running.ts'
import { kinds, type Kind } from './attempts.ts'
import { read, signInAs } from './door.ts'
import { attemptAs, namingSites, reach, readAll, type Attempt } from './reach.ts'
import { plantRows, type Rows } from './rows.ts'
import { publicSchema } from './schemaSites.ts'

const schema = publicSchema()
const home = mkdtempSync(join(tmpdir(), 'muster-cross-team-'))
const theirMarker = 'zephyrine'
/** What belongs to the whole tenant: every team works with the same tools under the same policies, and reads shared views. */
const tenantWide: ReadonlySet<Kind> = new Set<Kind>(['bundle', 'manifest', 'manifestHash', 'tool', 'server', 'view'])
const tenantWideLists = new Set(['policyBundles', 'manifests', 'savedViews'])

let muster: Running
let tenant: SeededTenant
let ours: Rows
let theirs: Rows
let lead: string
let attempt: Attempt
let before: unknown

const hidden = (): string[] =>
  (Object.keys(theirs) as Kind[]).filter((kind) => !tenantWide.has(kind)).map((kind) => theirs[kind])

/** Their rows as the tenant's admin sees them. */
const theirRows = (): Promise<object> =>
  read(
    muster,
    tenant.apiKeys.admin,
    `query ($agent: ID!, $careful: ID!, $person: ID!, $team: ID!, $unit: ID!, $approval: ID!, $finding: ID!, $decision: ID!, $receipt: ID!, $offer: ID!) {
      agent(id: $agent) { status version team { id } owner { id } grants { id version } receipts(first: 30) { nodes { id } } apiKeys { id isActive } }
      careful: agent(id: $careful) { status version grants { id version } receipts(first: 30) { nodes { id } } }
      person(id: $person) { version status unit { id } roles { id } } team: orgUnit(id: $team) { version } orgUnit(id: $unit) { version path }
      approval(id: $approval) { id status approvals } finding(id: $finding) { id status } decision(id: $decision) { id }
      receipt(id: $receipt) { id } transferOffer(id: $offer) { id status } }`,
    theirs,
  )

beforeAll(async () => {
  muster = await startMuster(home)
  tenant = muster.tenants[0]!
  const { admin } = tenant.apiKeys
  const { orgUnits } = await read<{ orgUnits: { id: string; name: string }[] }>(
    muster,
    admin,
    '{ orgUnits { id name } }',
  )
  const team = (name: string): string => orgUnits.find((unit) => unit.name === name)!.id
  ours = await plantRows(muster, { marker: 'quillon', admin, team: team('payments-platform') })
  theirs = await plantRows(muster, { marker: theirMarker, admin, team: team('support-desk') })
  lead = await signInAs(muster, tenant, 'tom.lead@northwind.example')
  attempt = attemptAs(muster, schema, lead)
  before = await theirRows()
}, 120_000)
afterAll(async () => {
  expect(await muster?.stop()).toBe(0)
  rmSync(home, { recursive: true, force: true })
})

test('the rows of the other team are there', () => {
  expect(Object.values(before as object)).not.toContain(null)
})

test('lists and pages of a team lead hold nothing of the other team, and their own', async () => {
  const answers = await readAll(muster, schema, lead)
  for (const [field, answer] of answers) {
    expect(answer, field).not.toContain('"INTERNAL"')
    for (const id of hidden()) expect(answer, field).not.toContain(id)
    if (!tenantWideLists.has(field)) expect(answer, field).not.toContain(theirMarker)
  }
  for (const [field, own] of [
    ['agents', ours.agent],
    ['approvals', ours.approval],
    ['decisions', ours.decision],
    ['findings', ours.finding],
    ['people', ours.person],
    ['orgUnits', ours.unit],
    ['transferOffers', ours.offer],
  ] as const)
    expect(answers.get(field), field).toContain(own)
  for (const [field, answer] of await readAll(muster, schema, tenant.apiKeys.admin))
    if (['agents', 'approvals', 'decisions', 'findings', 'people', 'orgUnits', 'transferOffers'].includes(field))
      expect(answer, field).toContain(theirMarker)
})

describe('under the lead of another team', () => {
  /** An agent is offered to a team by its id, which need not be in sight. */
  const namedBlindly = 'Mutation.offerTransfer.input.toTeamId'
  const sites = namingSites(schema).filter(({ name }) => !tenantWide.has(kinds[name]!) && name !== namedBlindly)
  test.each(sites.map((site) => [site.name, site] as const))(
    '%s answers an id out of scope like one that is nobody\u2019s',
    async (_, site) => {
      const { foreign, unknown, garbled } = await reach(attempt, site, theirs, ours)
      expect(foreign).toBe(unknown)
      if (garbled !== null) expect(garbled).toBe(unknown)
      expect(foreign).not.toContain('"INTERNAL"')
      for (const text of [...hidden(), theirMarker]) expect(foreign).not.toContain(text)
    },
  )

  test('nothing of the other team was changed by any of it', async () => {
    expect(await theirRows()).toEqual(before)
  })

  test('own ids were answered otherwise wherever a team lead may act at all', async () => {
    const same: string[] = []
    for (const site of sites) {
      const { foreign: own, unknown } = await reach(attempt, site, ours, ours)
      if (own === unknown && !own.includes('"FORBIDDEN"')) same.push(site.name)
    }
    // The person has done nothing that is on record here: as an actor they look like nobody. Work on many agents is its
    // starter's alone; sessions are one's own or the administration's, whatever the team.
    expect(same).toEqual([
      'Query.agentExport.id',
      'Query.bulkAct.id',
      'Query.ledger.filter.actorId',
      'Mutation.closeSignInSession.input.sessionId',
    ])
  })
})

describe('the ledger of a team lead', () => {
  interface Entry {
    id: string | null
    seq: string
    type: string | null
    leafHash: string
    link: string
    previousLink: string
    body: string | null
  }
  const entriesFor = async (bearer: string): Promise<Entry[]> =>
    (
      await read<{ ledger: { nodes: Entry[] } }>(
        muster,
        bearer,
        '{ ledger(first: 1000) { nodes { id seq type leafHash link previousLink body } } }',
      )
    ).ledger.nodes
  const sha256 = (...parts: (string | Buffer)[]): string => {
    const hash = createHash('sha256')
    for (const part of parts) hash.update(part)
    return hash.digest('hex')
  }

  test('has every entry, bodies of the other team hidden, and every link holds', async () => {
    const [all, seen] = [await entriesFor(tenant.apiKeys.admin), await entriesFor(lead)]
    expect(seen.map(({ link }) => link)).toEqual(all.slice(0, seen.length).map(({ link }) => link))
    const aboutThem = all.filter(({ body }) => body?.includes(theirs.agent))
    expect(aboutThem.length).toBeGreaterThan(3)
    for (const { seq } of aboutThem)
      expect(seen.find((entry) => entry.seq === seq)).toMatchObject({ id: null, type: null, body: null })
    expect(seen.filter(({ body }) => body !== null).length).toBeGreaterThan(3)

    let previous = seen[0]!.previousLink
    for (const [at, { seq, leafHash, link, previousLink, body }] of seen.entries()) {
      expect(seq).toBe(String(at + 1))
      expect(previousLink).toBe(previous)
      const number = Buffer.alloc(8)
      number.writeBigUInt64BE(BigInt(seq))
      expect(link).toBe(
        sha256('muster/link/v1\n', number, Buffer.from(previousLink, 'hex'), Buffer.from(leafHash, 'hex')),
      )
      if (body !== null) expect(leafHash).toBe(sha256(Buffer.from([0]), body))
      previous = link
    }
  })

  test('verifies as a whole, with fewer bodies than the tenant has', async () => {
    const verify = async (bearer: string): Promise<{ intact: boolean; checked: string; bodiesChecked: string }> =>
      (
        await read<{ verifyLedger: { intact: boolean; checked: string; bodiesChecked: string } }>(
          muster,
          bearer,
          '{ verifyLedger { intact checked bodiesChecked } }',
        )
      ).verifyLedger
    const [mine, whole] = [await verify(lead), await verify(tenant.apiKeys.admin)]
    expect([mine.intact, whole.intact]).toEqual([true, true])
    expect(Number(mine.checked)).toBe(Number(whole.checked))
    expect(Number(mine.bodiesChecked)).toBeLessThan(Number(whole.bodiesChecked))
    expect(Number(mine.bodiesChecked)).toBeGreaterThan(0)
  })
})
