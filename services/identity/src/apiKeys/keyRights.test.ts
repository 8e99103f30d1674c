/** A key is never wider than its maker, over every pair of maker and wish. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Refusal, capabilities, minTrust, trustLevels } from '@muster/kernel'
import { agentKeyCapabilities, agentKeyCeiling, rightsWithin } from './keyRights.ts'

const caps = fc.subarray([...capabilities])
const trust = fc.constantFrom(...trustLevels)
const instant = fc.option(fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }))

test('what comes out is within the maker in every respect, or is a refusal', () => {
  fc.assert(
    fc.property(caps, trust, instant, caps, trust, instant, (have, ceiling, endsAt, want, trustCeiling, expiresAt) => {
      const rights = rightsWithin({ caps: have, ceiling, endsAt }, { capabilities: want, trustCeiling, expiresAt })
      if (rights instanceof Refusal) {
        expect(rights.code).toBe('WIDENS_CREATOR')
        return
      }
      expect(have).toEqual(expect.arrayContaining([...rights.capabilities]))
      expect(minTrust(rights.trustCeiling, ceiling)).toBe(rights.trustCeiling)
      if (endsAt !== null) expect(rights.expiresAt!.getTime()).toBeLessThanOrEqual(endsAt.getTime())
    }),
  )
})

test('a wish within the maker is granted as it was made', () => {
  fc.assert(
    fc.property(caps, trust, (have, ceiling) => {
      const asked = { capabilities: have.slice(0, 3), trustCeiling: ceiling, expiresAt: null }
      expect(rightsWithin({ caps: have, ceiling, endsAt: null }, asked)).toEqual(asked)
    }),
  )
})

test("an agent's own key never vouches for a signature, whoever registered it", () => {
  for (const level of trustLevels) expect(agentKeyCeiling(level)).not.toBe('TRUSTED_INTERNAL_SIGNED')
  expect(agentKeyCapabilities.filter((capability) => /:(write|decide|status|sign|rotate)$/.test(capability))).toEqual([
    'events:write',
  ])
})
