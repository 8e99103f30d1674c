/**
 * What a new key may be allowed: never more than its maker. Pure.
 *
 * INVARIANT (narrower): capabilities are a subset of the maker's, the trust
 * ceiling is at or below theirs, and the key ends no later than theirs does.
 */
import { capabilities, minTrust, type Capability, type Refusal, type Trust } from '@muster/kernel'
import { widensCreator } from './errors.ts'

export interface KeyRights {
  capabilities: readonly Capability[]
  trustCeiling: Trust
  /** null = until it is switched off. */
  expiresAt: Date | null
}

export interface Maker {
  caps: readonly string[]
  ceiling: Trust
  /** When the maker's own credential ends; null for a person or a key without an end. */
  endsAt: Date | null
}

/** The rights a key gets, or why it gets none. An end that was not asked for is the maker's own. */
export function rightsWithin(maker: Maker, asked: KeyRights): KeyRights | Refusal {
  const beyond = asked.capabilities.filter((capability) => !maker.caps.includes(capability))
  if (beyond.length > 0) return widensCreator(`\`${beyond.join('`, `')}\``)
  if (minTrust(asked.trustCeiling, maker.ceiling) !== asked.trustCeiling) {
    return widensCreator(`the trust ceiling \`${asked.trustCeiling}\` is above \`${maker.ceiling}\``)
  }
  if (maker.endsAt !== null && asked.expiresAt !== null && asked.expiresAt > maker.endsAt) {
    return widensCreator(`it would outlive its maker's key, which ends at ${maker.endsAt.toISOString()}`)
  }
  return {
    capabilities: capabilities.filter((capability) => asked.capabilities.includes(capability)),
    trustCeiling: asked.trustCeiling,
    expiresAt: asked.expiresAt ?? maker.endsAt,
  }
}

/**
 * What an agent's own key may do: ask, act on what was allowed, report, and read
 * about itself. Whoever may register agents gives exactly this, and no choice of it.
 */
export const agentKeyCapabilities = [
  'agents:read',
  'actions:authorize',
  'actions:redeem',
  'approvals:read',
  'events:write',
  'scores:read',
  'grants:read',
  'manifests:read',
  'content:scan',
] as const satisfies readonly Capability[]

/** An agent's key vouches for the trust of its inputs as high as its maker could, but never for a signature. */
export function agentKeyCeiling(maker: Trust): Trust {
  return minTrust(maker, 'TRUSTED_INTERNAL')
}
