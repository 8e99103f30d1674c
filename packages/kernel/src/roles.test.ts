/** Roles as capabilities and scope: what each may do, and that none lends another reach. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accessOf, capabilitiesOf, roleCapabilities, type RoleBinding } from './roles.ts'
import { capabilities, roles } from './vocabulary.ts'

const unit = fc.constantFrom('a', 'b', 'c')
const binding: fc.Arbitrary<RoleBinding> = fc.record({
  role: fc.constantFrom(...roles),
  unit: fc.option(unit, { freq: 2 }),
})

describe('what a role may do', () => {
  test('an administrator of the tenant may do everything', () => {
    expect(roleCapabilities['tenant-admin']).toEqual(capabilities)
  })

  test.each(['viewer', 'auditor'] as const)('a %s only reads', (role) => {
    expect(roleCapabilities[role].filter((capability) => !capability.endsWith(':read'))).toEqual([])
  })

  test('whoever approves does not register, and whoever owns does not approve', () => {
    expect(roleCapabilities.approver).not.toContain('agents:write')
    expect(roleCapabilities.owner).not.toContain('approvals:decide')
    expect(roleCapabilities.owner).not.toContain('agents:write')
  })

  test('a security officer sees everything and stops anything, and changes nothing else', () => {
    expect(roleCapabilities.ciso.filter((capability) => !capability.endsWith(':read'))).toEqual(['agents:status'])
  })

  test('only an administrator signs the ledger, rotates keys and writes policies', () => {
    for (const role of roles) {
      if (role === 'tenant-admin') continue
      expect(capabilitiesOf([role])).not.toEqual(expect.arrayContaining(['ledger:sign']))
      expect(roleCapabilities[role].some((one) => ['ledger:sign', 'keys:rotate', 'policies:write'].includes(one))).toBe(
        false,
      )
    }
  })

  test('roles together allow what each allows, in the order of the vocabulary', () => {
    fc.assert(
      fc.property(fc.subarray([...roles]), (held) => {
        const caps = capabilitiesOf(held)
        expect(caps).toEqual(capabilities.filter((one) => held.some((role) => roleCapabilities[role].includes(one))))
      }),
    )
  })
})

describe('where roles reach', () => {
  test('one role is what it is, in its place', () => {
    expect(accessOf([{ role: 'team-lead', unit: 'a' }])).toEqual({
      roles: ['team-lead'],
      caps: capabilitiesOf(['team-lead']),
      all: false,
      units: ['a'],
    })
    expect(accessOf([{ role: 'ciso', unit: null }])).toMatchObject({ all: true, units: [] })
  })

  test('what is one for the whole tenant is not changed by a role held in a team', () => {
    for (const capability of ['policies:write', 'manifests:write', 'keys:rotate', 'ledger:sign'] as const) {
      expect(accessOf([{ role: 'tenant-admin', unit: 'a' }]).caps).not.toContain(capability)
      expect(accessOf([{ role: 'tenant-admin', unit: null }]).caps).toContain(capability)
    }
  })

  test('an owner reaches their own agents and no more, wherever the role is bound', () => {
    for (const bound of [null, 'a']) {
      expect(accessOf([{ role: 'owner', unit: bound }])).toEqual({
        roles: ['owner'],
        caps: capabilitiesOf(['owner']),
        all: false,
        units: [],
      })
    }
  })

  test('roles held in one place add up', () => {
    const access = accessOf([
      { role: 'team-lead', unit: 'a' },
      { role: 'analyst', unit: 'a' },
    ])
    expect(access.caps).toEqual(capabilitiesOf(['team-lead', 'analyst']))
  })

  test('a viewer of the whole who leads one team does not lead the whole', () => {
    const access = accessOf([
      { role: 'viewer', unit: null },
      { role: 'team-lead', unit: 'a' },
    ])
    expect(access).toMatchObject({ all: true, caps: capabilitiesOf(['viewer']) })
  })

  test('nobody without a role has anything', () => {
    expect(accessOf([])).toEqual({ roles: [], caps: [], all: false, units: [] })
  })

  // INVARIANT (no lending)
  test('every capability is given by some binding everywhere the scope reaches', () => {
    fc.assert(
      fc.property(fc.array(binding, { maxLength: 5 }), (bindings) => {
        const access = accessOf(bindings)
        const places = access.all ? [null] : access.units
        for (const capability of access.caps) {
          const giving = bindings.filter(({ role }) => roleCapabilities[role].includes(capability))
          expect(giving.length).toBeGreaterThan(0)
          for (const place of places) {
            expect(giving.some(({ role, unit: at }) => role !== 'owner' && (at === place || at === null))).toBe(true)
          }
        }
      }),
    )
  })

  test('no binding is given less by one more of the same kind in the same place', () => {
    fc.assert(
      fc.property(binding, fc.constantFrom(...roles), (first, role) => {
        const alone = accessOf([first])
        const both = accessOf([first, { role, unit: first.unit }])
        if (first.role !== 'owner') expect(both.caps).toEqual(expect.arrayContaining(alone.caps))
      }),
    )
  })
})
