/**
 * A tenant is out of reach of every other: whatever field is called with
 * whatever id, another tenant's row is answered like none, to the byte.
 *
 * Generated from the composed schema: a root field that is not tried fails.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startMuster, type Running } from '../faults/running.ts'
import { fieldsWithoutIds, kinds } from './attempts.ts'
import { act, ask, read, requestId, signIn, signInAs } from './door.ts'
import { attemptAs, namingSites, reach, readAll, stringsIn, type Attempt } from './reach.ts'
import { password, permitted, plantRows, type Rows } from './rows.ts'
import { nestedSites, operationOf, publicSchema, rootFields, sitesOf } from './schemaSites.ts'

const schema = publicSchema()
const home = mkdtempSync(join(tmpdir(), 'muster-cross-tenant-'))
let muster: Running
/** A reaches; B is reached for. */
let ours: Rows
let theirs: Rows
let theirAdmin: string
let theirHead: string
/** The person among B's rows, signed in. */
let theirPerson: string
let theirStrings: string[]
const attackers = new Map<string, { bearer: string; attempt: Attempt }>()

const headOfB = (): Promise<string> => ask(muster, theirAdmin, '{ ledgerHead { seq link rootHash } }')
const teamOf = async (admin: string, name: string): Promise<string> => {
  const { orgUnits } = await read<{ orgUnits: { id: string; name: string }[] }>(
    muster,
    admin,
    '{ orgUnits { id name } }',
  )
  return orgUnits.find((unit) => unit.name === name)!.id
}

beforeAll(async () => {
  muster = await startMuster(home)
  const [a, b] = [muster.tenants[0]!, muster.tenants[1]!]
  theirAdmin = b.apiKeys.admin
  ours = await plantRows(muster, {
    marker: 'quillon',
    admin: a.apiKeys.admin,
    team: await teamOf(a.apiKeys.admin, 'payments-platform'),
  })
  theirs = await plantRows(muster, { marker: 'zephyrine', admin: theirAdmin, team: await teamOf(theirAdmin, 'ops') })
  const person = await signInAs(muster, a, 'ada.admin@northwind.example')
  for (const [name, bearer] of [
    ['the admin key', a.apiKeys.admin],
    ['a tenant admin', person],
  ] as const)
    attackers.set(name, { bearer, attempt: attemptAs(muster, schema, bearer) })

  const ourStrings = stringsIn((await readAll(muster, schema, a.apiKeys.admin)).values())
  theirStrings = [...stringsIn((await readAll(muster, schema, theirAdmin)).values())].filter(
    (text) => !ourStrings.has(text),
  )
  theirPerson = await signIn(muster, theirs.email, password)
  theirHead = await headOfB()
}, 120_000)
afterAll(async () => {
  expect(await muster?.stop()).toBe(0)
  rmSync(home, { recursive: true, force: true })
})

/** Texts of B in an answer, except the one that was sent. */
const leaked = (answer: string, sent?: string): string[] =>
  theirStrings.filter((text) => text !== sent && answer.includes(text))

describe('the attempts', () => {
  test('cover every place of the schema where a row can be named', () => {
    expect(Object.keys(kinds).toSorted()).toEqual(
      sitesOf(schema)
        .map(({ name }) => name)
        .toSorted(),
    )
    expect(nestedSites(schema)).toEqual([])
  })

  test('cover every root field', () => {
    const named = new Set(sitesOf(schema).map(({ root, field }) => `${root}.${field}`))
    const all = rootFields(schema).map(({ root, field }) => `${root}.${field.name}`)
    expect(all.filter((name) => !named.has(name)).toSorted()).toEqual([...fieldsWithoutIds].toSorted())
  })

  test('are about rows that are there: their own tenant reads every one', async () => {
    const { one, grants, permits, sessions } = await shown()
    expect(JSON.stringify(one)).not.toContain('null')
    expect([grants, permits, sessions]).toEqual([true, true, true])
    expect(theirStrings).toEqual(expect.arrayContaining([theirs.agent, theirs.email, 'tailspin', 'zephyrine person']))
  })
})

/** The rows of B as B's own admin reads them. */
async function shown(): Promise<{ one: object; grants: boolean; permits: boolean; sessions: boolean }> {
  const one = await read(
    muster,
    theirAdmin,
    `query ($agent: ID!, $person: ID!, $unit: ID!, $decision: ID!, $approval: ID!, $finding: ID!, $bundle: ID!, $receipt: ID!, $offer: ID!, $tool: String!) {
      agent(id: $agent) { id } person(id: $person) { id } orgUnit(id: $unit) { id } decision(id: $decision) { id }
      approval(id: $approval) { id } finding(id: $finding) { id } policyBundle(id: $bundle) { id }
      receipt(id: $receipt) { id } transferOffer(id: $offer) { id } manifest(tool: $tool) { id } }`,
    theirs,
  )
  const lists = JSON.stringify(
    await read(
      muster,
      theirAdmin,
      'query ($agent: ID!, $person: ID!) { agent(id: $agent) { grants { id } } person(id: $person) { roles { id } } apiKeys { nodes { id } } manifests { nodes { id } } }',
      { agent: theirs.agent, person: theirs.person },
    ),
  )
  const own = await ask(muster, theirPerson, '{ signInSessions { id } }')
  return {
    one,
    grants: [theirs.grant, theirs.binding, theirs.key, theirs.manifest].every((id) => lists.includes(id)),
    permits: theirs.permit.startsWith('mp_'),
    sessions: own.includes(theirs.signIn),
  }
}

describe.each(['the admin key', 'a tenant admin'])('%s of another tenant', (name) => {
  // Before the attempts: what was tried is on record in the tenant that tried it.
  test('every list and every field of its own shows nothing of the other tenant', async () => {
    const answers = await readAll(muster, schema, attackers.get(name)!.bearer)
    for (const [field, answer] of answers) {
      expect(leaked(answer), field).toEqual([])
      expect(answer, field).not.toContain('"INTERNAL"')
    }
    expect(answers.get('agents')).toContain(ours.agent)
    expect(answers.get('approvals')).toContain(ours.approval)
  })

  test('cursors of the other tenant lead nowhere', async () => {
    for (const { root, field } of rootFields(schema).filter(({ field }) =>
      field.args.some((arg) => arg.name === 'after'),
    )) {
      const query = operationOf(root, field, ['first', 'after'], '{ pageInfo { endCursor } }')
      const page = await ask(muster, theirAdmin, query, { first: 1, after: null })
      const after = /"endCursor":"([^"]+)"/.exec(page)?.[1]
      expect(after, field.name).toBeDefined()
      const wide = operationOf(root, field, ['first', 'after'], '{ nodes { __typename } pageInfo { endCursor } }')
      const answer = await ask(muster, attackers.get(name)!.bearer, wide, { first: 1, after })
      expect(answer.replaceAll(after!, '').includes(theirs.agent)).toBe(false)
      expect(leaked(answer, after)).toEqual([])
    }
  })
})

describe.each(['the admin key', 'a tenant admin'])('under %s of another tenant', (name) => {
  test.each(namingSites(schema).map((site) => [site.name, site] as const))(
    '%s answers a foreign id like one that is nobody\u2019s',
    async (_, site) => {
      const { foreign, unknown, garbled } = await reach(attackers.get(name)!.attempt, site, theirs, ours)
      expect(foreign).toBe(unknown)
      if (garbled !== null) expect(garbled).toBe(unknown)
      expect(foreign).not.toContain('"INTERNAL"')
      expect(leaked(foreign)).toEqual([])
    },
  )
})

describe('afterwards', () => {
  test('the other tenant\u2019s ledger stands where it stood, and its rows are all there', async () => {
    expect(await headOfB()).toBe(theirHead)
    const { one, grants } = await shown()
    expect(JSON.stringify(one)).not.toContain('null')
    expect(grants).toBe(true)
  })

  test('what was tried in vain from outside works from inside', async () => {
    const b = (field: string, selection: string, input: object): Promise<object> =>
      act(muster, theirAdmin, field, selection, input)
    await b('redeemPermit', '... on PermitRedeemed { execution { id } }', {
      permit: theirs.permit,
      ...permitted(theirs),
    })
    await b('reportExecution', '... on ExecutionReported { execution { id } }', {
      executionId: theirs.execution,
      outcome: 'SUCCEEDED',
    })
    await b('endSession', '... on SessionEnded { sessionId }', { sessionId: theirs.session })
    await b('closeSignInSession', '... on SignInSessionClosed { sessionId }', { sessionId: theirs.signIn })
    await b('revokeGrant', '... on GrantRevoked { grant { id } }', { grantId: theirs.grant })
  })

  test('an own id is answered otherwise at every site: the attempts got as far as the row', async () => {
    const same: string[] = []
    for (const site of namingSites(schema)) {
      let differs = false
      for (const { attempt } of attackers.values()) {
        if (differs) break
        const answers = await reach(attempt, site, ours, ours)
        differs = answers.foreign !== answers.unknown
      }
      if (!differs) same.push(site.name)
    }
    expect(same).toEqual([
      // Part of what is hashed and recorded; nothing is looked up by them.
      'Mutation.authorizeAction.input.connectorId',
      'Mutation.authorizeAction.input.onBehalfOf',
      'Mutation.redeemPermit.input.connectorId',
    ])
  })
})

test('every answer carries the request id it was asked under, and no other', async () => {
  const answer = await muster.post('/graphql', '{"query":"{ __typename }"}', {
    authorization: `Bearer ${theirAdmin}`,
    'x-request-id': requestId,
  })
  expect(answer.headers['x-request-id']).toBe(requestId)
})
