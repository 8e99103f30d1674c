/**
 * Functions that run as their owner: each that a service may call is called
 * with another tenant's ids, and the list is complete.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { routines } from './facts.ts'
import { functionCases } from './functionCases.ts'
import { makeWorld } from './world.ts'

const world = await makeWorld()
const all = await routines(world.catalog)
afterAll(() => world.stop())

const plain = (name: string): string => name.slice(0, name.indexOf('('))
const definers = all.filter(({ definer }) => definer)
const callable = definers.filter(({ isTrigger, roles }) => !isTrigger && roles.length > 0)

test('every one that a service may call has a case, and every case a function', () => {
  expect(Object.keys(functionCases).toSorted()).toEqual(
    [...new Set(callable.map(({ name }) => plain(name)))].toSorted(),
  )
})

test('no service may call a trigger’s function', () => {
  expect(all.filter(({ isTrigger, roles }) => isTrigger && roles.length > 0)).toEqual([])
})

test('what appends for verified callers is out of every service’s reach', () => {
  const inner = definers.filter(({ name }) =>
    /^(ledger\.append_\w+|guard\.approval_facts|muster\.verified_text)\(/.test(name),
  )
  expect(inner.length).toBeGreaterThanOrEqual(3)
  expect(inner.filter(({ roles }) => roles.length > 0)).toEqual([])
})

describe.each(callable)('$name', ({ name, roles }) => {
  const attempt = functionCases[plain(name)]

  test.each(roles)('called by %s gives nothing of another tenant', async (role) => {
    const handover = world.handover(role, world.a)
    await world.as(role, handover, async (session) => {
      await attempt?.({ world, role, session, ours: world.a, theirs: world.b })
    })
  })

  test.each(roles)('called by %s without claims gives nothing', async (role) => {
    // Before a tenant is known there are doors; what they say is in their cases.
    if (['identity.door_lookup', 'identity.tenant_ids', 'ledger.tenant_of_origin'].includes(plain(name))) return
    await world.as(role, '', async (session) => {
      const args = name.slice(name.indexOf('(') + 1, -1)
      const nulls =
        args === ''
          ? ''
          : args
              .split(', ')
              .map((type) => `NULL::${type}`)
              .join(', ')
      const rows = await session.query<Record<string, unknown>>(`SELECT * FROM ${plain(name)}(${nulls})`).then(
        (result) => result.rows,
        (error: { code: string }) => {
          expect(error.code).toMatch(/^(MU\d{3}|22004|23502|42501)$/)
          return []
        },
      )
      const said = rows.flatMap((row) => Object.values(row)).filter((value) => value !== null && value !== '')
      expect(said.filter((value) => !Array.isArray(value) || value.length > 0)).toEqual([])
    })
  })
})
