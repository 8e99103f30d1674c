/**
 * The weights a tenant scores with: the `general` preset, and what the tenant
 * overrides of it (spec/000 "Scoring Profile"). Pure.
 */
import { canonicalize, sha256Hex } from '@muster/canonical-json'

/** Name and version of the formula: another formula is another version. */
export const formulaName = 'muster-score/1'

/** Every weight there is, with the value it has in the `general` preset. All are 0 or more. */
export const generalWeights = {
  /** Points of identity. */
  'identity.domain_verified': 25,
  'identity.key_verified': 30,
  'identity.runtime_attested': 25,
  'owner.known': 20,
  /** Pressure of one event of medium severity. */
  'policy.violation': 20,
  'secret.exposed': 50,
  'swarm.suspected': 40,
  'tool.denied': 1,
  'rate.limit_hit': 1,
  /** Pressure of an agent nobody has watched yet. */
  unobserved: 10,
} as const
export type WeightName = keyof typeof generalWeights
export type Weights = Readonly<Record<WeightName, number>>

/** An override beyond this is a mistake in its unit. */
const weightMax = 1_000

export interface Profile {
  weights: Weights
  /** What a snapshot says it was computed with. */
  formula: string
}

/**
 * Reads `identity.tenant.scoring_profile`. A preset that is not known is
 * `general`; an override that is not a known weight from 0 to 1,000 is left out:
 * a broken setting never makes an agent unscored.
 */
export function readProfile(stored: unknown): Profile {
  const given = isRecord(stored) && isRecord(stored['weight_overrides']) ? stored['weight_overrides'] : {}
  const overrides: Partial<Record<WeightName, number>> = {}
  for (const name of Object.keys(generalWeights) as WeightName[]) {
    const weight = given[name]
    if (typeof weight === 'number' && weight >= 0 && weight <= weightMax && weight !== generalWeights[name])
      overrides[name] = weight
  }
  const own = Object.keys(overrides).length === 0 ? '' : `+${sha256Hex(canonicalize(overrides)).slice(0, 16)}`
  return { weights: { ...generalWeights, ...overrides }, formula: `${formulaName} general${own}` }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
