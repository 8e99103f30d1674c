/** The life of a signing key goes one way, and one key signs at a time. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  activeKey,
  advance,
  dueRetirements,
  keyStates,
  maySign,
  mayVerify,
  planRotation,
  retiringPeriodMs,
  rotationDue,
  rotationPeriodMs,
  type SigningKeyRecord,
} from './signingKey.ts'

function record(id: string, createdAtMs = 0): SigningKeyRecord {
  return {
    id,
    tenant: 'tenant',
    purpose: 'ledger',
    algorithm: 'Ed25519',
    state: 'active',
    publicJwk: { kty: 'OKP', crv: 'Ed25519', x: id },
    wrapped: new Uint8Array([1]),
    createdAtMs,
    retiringAtMs: null,
    retiredAtMs: null,
  }
}

describe('a signing key', () => {
  it('signs only while active and verifies for ever', () => {
    const retiring = advance(record('a'), 'retiring', 1)
    const retired = advance(retiring, 'retired', 2)
    expect([record('a'), retiring, retired].map(maySign)).toEqual([true, false, false])
    expect([record('a'), retiring, retired].map(mayVerify)).toEqual([true, true, true])
  })

  it('keeps its public half and loses the private one when it retires', () => {
    const retired = advance(record('a'), 'retired', 5)
    expect(retired).toMatchObject({ wrapped: null, publicJwk: { x: 'a' }, retiringAtMs: 5, retiredAtMs: 5 })
  })

  it('never goes back', () => {
    for (const [from, to] of [
      ['retiring', 'active'],
      ['retired', 'active'],
      ['retired', 'retiring'],
      ['active', 'active'],
      ['retired', 'retired'],
    ] as const) {
      expect(() => advance({ ...record('a'), state: from }, to, 1)).toThrow(`a ${from} key cannot become ${to}`)
    }
  })

  it('for permits verifies no more once retired', () => {
    expect(keyStates.map((state) => mayVerify({ state, purpose: 'permit' }))).toEqual([true, true, false])
  })
})

describe('a rotation', () => {
  it('lets the former key retire in peace, or at once in an emergency', () => {
    const former = record('a')
    expect(planRotation([former], record('b'), 'scheduled', 9).update).toMatchObject({
      state: 'retiring',
      retiringAtMs: 9,
    })
    expect(planRotation([former], record('b'), 'emergency', 9).update).toMatchObject({
      state: 'retired',
      wrapped: null,
    })
  })

  it('is the first where there was no key', () => {
    expect(planRotation([], record('a'), 'emergency', 9)).toMatchObject({ reason: 'first', update: null })
  })

  it('leaves exactly one active key after any series of them', () => {
    const step = fc.constantFrom('scheduled', 'emergency', 'retire')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let keys = [record('0')]
        for (const [index, what] of steps.entries()) {
          const nowMs = (index + 1) * retiringPeriodMs
          const changed =
            what === 'retire'
              ? dueRetirements(keys, nowMs)
              : [planRotation(keys, record(`${index + 1}`, nowMs), what, nowMs)].flatMap(({ insert, update }) => [
                  insert,
                  ...(update === null ? [] : [update]),
                ])
          const ids = new Set(changed.map(({ id }) => id))
          keys = [...keys.filter(({ id }) => !ids.has(id)), ...changed]
          expect(keys.filter(maySign)).toHaveLength(1)
          expect(keys.filter(({ state }) => state === 'retired').every(({ wrapped }) => wrapped === null)).toBe(true)
        }
      }),
    )
  })

  it('is due after ninety days, or when there is no key', () => {
    expect(rotationDue([], 0)).toBe(true)
    expect(rotationDue([record('a')], rotationPeriodMs - 1)).toBe(false)
    expect(rotationDue([record('a')], rotationPeriodMs)).toBe(true)
    expect(rotationPeriodMs / 86_400_000).toBe(90)
  })

  it('refuses to choose between two active keys', () => {
    expect(() => activeKey([record('a'), record('b')])).toThrow('two keys of one purpose are active')
  })
})
