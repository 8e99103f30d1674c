/**
 * Who sees which agent, against a reference written plainly: random
 * hierarchies, agents and callers.
 */
import { randomBytes } from 'node:crypto'
import { newId, type Claims } from '@muster/kernel'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LoginRole } from '../migrate.ts'
import { makeWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world?.stop())

interface Company {
  units: { id: string; parent: string | null }[]
  people: string[]
  agents: { id: string; team: string; owner: string }[]
}

/** A tree of units (a parent is always earlier), people, and agents hung on both. */
const shape = fc.record({
  parents: fc.array(fc.nat(), { minLength: 1, maxLength: 10 }),
  agents: fc.array(fc.record({ team: fc.nat(), owner: fc.nat() }), { maxLength: 8 }),
})
const caller = fc.record({
  roots: fc.array(fc.nat(), { maxLength: 3 }),
  sub: fc.nat(),
  own: fc.option(fc.nat()),
})

test('agents and units in sight are those of the subtrees in scope, owned, or the caller itself', async () => {
  await fc.assert(
    fc.asyncProperty(
      shape,
      fc.array(caller, { minLength: 1, maxLength: 6 }),
      fc.nat(9),
      async (drawn, callers, wide) => {
        const company = await settle(drawn)
        for (const [index, { roots, sub, own }] of callers.entries()) {
          const claims: Partial<Claims> = {
            all: index === wide,
            units: roots.map((root) => company.units[root % company.units.length]!.id),
            sub: company.people[sub % company.people.length]!,
            agent: own === null || company.agents.length === 0 ? null : company.agents[own % company.agents.length]!.id,
          }
          const expected = reference(company, claims)
          expect(await visible('muster_identity', 'identity.agent', claims, company)).toEqual(expected.agents)
          expect(await visible('muster_guard', 'identity.published_agent', claims, company)).toEqual(expected.agents)
          expect(await visible('muster_workforce', 'workforce.org_unit', claims, company)).toEqual(expected.units)
        }
      },
    ),
    { numRuns: 25 },
  )
})

/** Makes the drawn company real, in tenant A beside what is there. */
async function settle(drawn: { parents: number[]; agents: { team: number; owner: number }[] }): Promise<Company> {
  const units: Company['units'] = []
  for (const [index, parent] of drawn.parents.entries()) {
    units.push({ id: newId(), parent: index === 0 ? null : units[parent % index]!.id })
  }
  const people = [newId(), newId(), newId()]
  const agents = drawn.agents.map(({ team, owner }) => ({
    id: newId(),
    team: units[team % units.length]!.id,
    owner: people[owner % people.length]!,
  }))
  const tenant = world.a.tenantId
  const sql = world.database.asSuperuser
  const claims = world.handover('postgres', world.a)
  for (const { id, parent } of units) {
    await sql(
      `WITH claims AS (SELECT set_config('request.jwt.claims', $1, true)) INSERT INTO workforce.org_unit (tenant_id, id, parent_id, kind, name) SELECT $2, $3, $4, 'team', $5 FROM claims`,
      [claims, tenant, id, parent, id],
    )
  }
  for (const id of people) {
    await sql(
      'INSERT INTO identity.person (tenant_id, id, email_index, email_sealed, name_sealed) VALUES ($1, $2, $3, $3, $3)',
      [tenant, id, randomBytes(32)],
    )
  }
  for (const { id, team, owner } of agents) {
    await sql(
      'INSERT INTO identity.agent (tenant_id, id, slug, display_name, owner_id, team_id) VALUES ($1, $2, $3, $3, $4, $5)',
      [tenant, id, `agent-${id}`, owner, team],
    )
  }
  return { units, people, agents }
}

/** The rule in words: in a subtree, owned, or itself; everything for who has the whole tenant. */
function reference(company: Company, claims: Partial<Claims>): { agents: string[]; units: string[] } {
  const below = (unit: string | null): boolean =>
    unit !== null &&
    (claims.units!.includes(unit) || below(company.units.find(({ id }) => id === unit)?.parent ?? null))
  const units = company.units.filter(({ id }) => claims.all === true || below(id))
  const agents = company.agents.filter(
    ({ id, team, owner }) => claims.all === true || below(team) || owner === claims.sub || id === claims.agent,
  )
  return { agents: agents.map(({ id }) => id).toSorted(), units: units.map(({ id }) => id).toSorted() }
}

async function visible(
  role: LoginRole,
  relation: string,
  claims: Partial<Claims>,
  company: Company,
): Promise<string[]> {
  const ids = [...company.units, ...company.agents].map(({ id }) => id)
  return world.as(role, world.handover(role, world.a, claims), async (session) => {
    const { rows } = await session.query<{ id: string }>(`SELECT id FROM ${relation} WHERE id = ANY ($1)`, [ids])
    return rows.map(({ id }) => id).toSorted()
  })
}
