/**
 * Every `_entities` resolver of every subgraph, as every role, with ids of
 * one's own team, another team and another tenant.
 *
 * The matrix beside this file is what was reviewed: a cell that changes is a
 * diff. What may never change is asserted on its own: another tenant's row is
 * hidden from everybody.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RequestScope } from '@muster/db'
import { accessOf, newId, roles, systemClock, type Role } from '@muster/kernel'
import type { Subgraph } from '@muster/subgraph-kit'
import {
  getNamedType,
  isEnumType,
  isRequiredArgument,
  Kind as Syntax,
  parse,
  type ObjectTypeDefinitionNode,
} from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { selectionOf } from './schemaSites.ts'
import { startPlatform, type Platform } from '../up/platform.ts'

const home = mkdtempSync(join(tmpdir(), 'muster-entities-'))
const places = ['own', 'otherTeam', 'otherTenant'] as const
type Place = (typeof places)[number]
type Ids = Record<string, Record<Place, string>>

/** What is asked of an entity beside its id: something that only a row can answer. */
const witness: Readonly<Record<string, string>> = {
  'identity.Agent': 'slug',
  'identity.Person': 'status',
  'workforce.Agent': 'grants { id }',
  'workforce.OrgUnit': 'name',
  'workforce.TransferOffer': 'status',
  'passport.Agent': 'receipts(first: 1) { nodes { id } }',
  'scoring.Agent': 'scoreHistory(first: 1) { nodes { snapshotId } }',
  'guard.Agent': 'decisions(first: 1) { nodes { id } }',
}

interface Caller {
  name: string
  scope: RequestScope
}

let platform: Platform
let ids: Ids
let callers: Caller[]

const subgraph = (name: string): Subgraph => platform.inside.subgraphs.find((one) => one.name === name)!

/** As the platform itself, in a tenant. */
async function ask<T>(
  name: string,
  tenant: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<T> {
  const { handovers } = platform.inside.scopes(tenant)
  const { data, errors } = await subgraph(name).execute({ query, variables, handovers })
  if (errors !== undefined) throw new Error(JSON.stringify(errors))
  return data as T
}

/** Types a subgraph resolves by reference, as its SDL says. */
function entitiesOf({ sdl }: Subgraph): string[] {
  const isEntity = (node: ObjectTypeDefinitionNode): boolean =>
    (node.directives ?? []).some(
      ({ name, arguments: args }) =>
        name.value === 'key' &&
        !(args ?? []).some(
          (arg) => arg.name.value === 'resolvable' && arg.value.kind === Syntax.BOOLEAN && !arg.value.value,
        ),
    )
  return parse(sdl)
    .definitions.filter((node) => node.kind === Syntax.OBJECT_TYPE_DEFINITION)
    .filter(isEntity)
    .map(({ name }) => name.value)
}

beforeAll(async () => {
  platform = await startPlatform({ home, port: 0, clock: systemClock, onProgress: () => {} })
  const [ours, theirs] = [platform.demo.tenants[0]!, platform.demo.tenants[1]!]
  const agents = (tenant: typeof ours, slug: string): string => tenant.agents.find((agent) => agent.slug === slug)!.id
  const unitsOf = async (tenant: string): Promise<Map<string, string>> => {
    const { orgUnits } = await ask<{ orgUnits: { id: string; name: string }[] }>(
      'workforce',
      tenant,
      '{ orgUnits { id name } }',
    )
    return new Map(orgUnits.map(({ id, name }) => [name, id]))
  }
  const [units, theirUnits] = [await unitsOf(ours.id), await unitsOf(theirs.id)]
  const person = async (tenant: string, email: string): Promise<string> => {
    const { people } = await ask<{ people: { nodes: { id: string }[] } }>(
      'identity',
      tenant,
      'query ($email: String!) { people(filter: { email: $email }) { nodes { id } } }',
      { email },
    )
    return people.nodes[0]!.id
  }
  const offer = async (tenant: string, agentId: string, toTeamId: string): Promise<string> => {
    const { offerTransfer } = await ask<{ offerTransfer: { offer: { id: string } } }>(
      'workforce',
      tenant,
      'mutation ($input: OfferTransferInput!) { offerTransfer(input: $input) { ... on TransferOffered { offer { id } } } }',
      { input: { agentId, toTeamId } },
    )
    return offerTransfer.offer.id
  }
  const [refunds, triage, closer] = [
    agents(ours, 'refund-bot'),
    agents(ours, 'support-triage'),
    agents(theirs, 'ticket-closer'),
  ]
  ids = {
    Agent: { own: refunds, otherTeam: triage, otherTenant: closer },
    Person: {
      own: await person(ours.id, 'tom.lead@northwind.example'),
      otherTeam: await person(ours.id, 'sol.lead@northwind.example'),
      otherTenant: await person(theirs.id, 'oda.owner@tailspin.example'),
    },
    OrgUnit: {
      own: units.get('payments-platform')!,
      otherTeam: units.get('support-desk')!,
      otherTenant: theirUnits.get('ops')!,
    },
    TransferOffer: {
      own: await offer(ours.id, refunds, units.get('treasury')!),
      otherTeam: await offer(ours.id, triage, units.get('customer-success')!),
      otherTenant: await offer(theirs.id, closer, theirUnits.get('Operations')!),
    },
  }

  const owner = await person(ours.id, 'olga.owner@northwind.example')
  const nobody = await person(ours.id, 'vera.viewer@northwind.example')
  const caller = (name: string, role: Role, unit: string | null): Caller => ({
    name,
    scope: platform.inside.scopes(ours.id, {
      kind: 'person',
      sub: role === 'owner' ? owner : nobody,
      cred: `test-${name}`,
      ...accessOf([{ role, unit }]),
    }),
  })
  callers = roles.flatMap((role) =>
    role === 'owner'
      ? [caller('owner of one agent', role, null)]
      : [
          caller(`${role} of the tenant`, role, null),
          caller(`${role} of the own team`, role, units.get('payments-platform')!),
        ],
  )
  const machine = (name: string, part: Parameters<typeof platform.inside.scopes>[1]): Caller => ({
    name,
    scope: platform.inside.scopes(ours.id, part),
  })
  const agentsOwn = { kind: 'agent', sub: refunds, agent: refunds, cred: 'test-agent', all: false } as const
  callers.push(
    machine('agent itself, may read', agentsOwn),
    machine('agent itself, may act only', { ...agentsOwn, caps: ['actions:authorize', 'actions:redeem'] }),
    machine('key of the own team', {
      kind: 'api_key',
      sub: newId(),
      cred: 'k',
      all: false,
      units: [units.get('payments-platform')!],
    }),
    machine('key of the tenant without capabilities', { kind: 'api_key', sub: newId(), cred: 'k', caps: [] }),
    machine('nobody: no scope at all', { kind: 'person', sub: nobody, cred: 'k', all: false, units: [] }),
  )
}, 120_000)
afterAll(async () => {
  await platform?.stop()
  rmSync(home, { recursive: true, force: true })
})

/** `seen`, `hidden` (null without a word) or the code of the refusal. */
async function look(name: string, entity: string, id: string, { scope }: Caller): Promise<string> {
  const { data, errors } = await subgraph(name).execute({
    query: `query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on ${entity} { id ${witness[`${name}.${entity}`]} } } }`,
    variables: { of: [{ __typename: entity, id }] },
    handovers: scope.handovers,
  })
  const [row] = (data?.['_entities'] ?? []) as ({ id: string } | null)[]
  const code = errors?.[0]?.extensions?.['code'] as string | undefined
  if (row !== null && row !== undefined) {
    expect(row.id).toBe(id)
    return code === undefined ? 'seen' : `seen, ${code}`
  }
  return code === undefined ? 'hidden' : code
}

test('every entity of every subgraph is looked at as every role', async () => {
  const resolvers = platform.inside.subgraphs.flatMap((one) =>
    entitiesOf(one).map((entity) => [one.name, entity] as const),
  )
  expect(resolvers.map(([name, entity]) => `${name}.${entity}`).toSorted()).toEqual(Object.keys(witness).toSorted())

  const lines: string[] = []
  for (const caller of callers) {
    lines.push('', caller.name)
    for (const [name, entity] of resolvers) {
      const cells = {} as Record<Place, string>
      for (const place of places) cells[place] = await look(name, entity, ids[entity]![place], caller)
      lines.push(
        `  ${`${name}.${entity}`.padEnd(24)}${places.map((place) => cells[place].padEnd(17)).join('')}`.trimEnd(),
      )
      const where = `${caller.name}, ${name}.${entity}`
      expect(cells.otherTenant, where).not.toContain('seen')
      // An answer must not tell another tenant's id from one that is nobody's.
      const unknown = await look(name, entity, '01900000-0000-7000-8000-000000000000', caller)
      expect(cells.otherTenant, where).toBe(unknown)
      expect(await look(name, entity, "garbled'; --", caller), where).toBe(unknown)
      const { claims } = caller.scope
      const isScoped = !claims.all && claims.kind !== 'service'
      if (isScoped) expect(cells.otherTeam, where).not.toContain('seen')
      else expect(cells.otherTeam, where).toBe(cells.own)
    }
  }
  const head = `${'role, subgraph.entity'.padEnd(26)}${places.map((place) => place.padEnd(17)).join('')}`.trimEnd()
  await expect(`${head}\n${lines.join('\n')}\n`).toMatchFileSnapshot('./entities.matrix.txt')
})

/** What anybody may ask who has a credential at all: who they are. */
const aboutOneself = ['identity.me', 'identity.signInSessions', 'identity.tenant']

test('a credential without capabilities is refused at every root field but those about itself', async () => {
  const { handovers } = callers.find(({ name }) => name === 'key of the tenant without capabilities')!.scope
  const answered: string[] = []
  for (const one of platform.inside.subgraphs) {
    for (const field of Object.values(one.schema.getQueryType()?.getFields() ?? {})) {
      if (field.name.startsWith('_')) continue
      const args = field.args.filter(isRequiredArgument).map(({ name, type }) => {
        const named = getNamedType(type)
        return `${name}: ${isEnumType(named) ? named.getValues()[0]!.name : '"1"'}`
      })
      const query = `{ ${field.name}${args.length === 0 ? '' : `(${args.join(', ')})`} ${selectionOf(field.type, 1)} }`
      const { errors } = await one.execute({ query, handovers })
      if (errors?.[0]?.extensions?.['code'] !== 'FORBIDDEN') answered.push(`${one.name}.${field.name}`)
    }
  }
  expect(answered.toSorted()).toEqual(aboutOneself)
})
