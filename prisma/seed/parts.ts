/**
 * What a seed is given: the product's own services, a way to act in a tenant,
 * and the clock.
 */
import type { RequestScope } from '@muster/db'
import type { Guard } from '@muster/guard'
import type { Identity } from '@muster/identity'
import type { Claims } from '@muster/kernel'
import type { Passport } from '@muster/passport'
import type { Scoring } from '@muster/scoring'
import type { Subgraph } from '@muster/subgraph-kit'
import type { Workforce } from '@muster/workforce'
import type { SeedAgent, SeedCompany } from './company.ts'

/** The clock while a past is lived through. It only goes forward, and never past the present. */
export interface SeedTime {
  nowMs(): number
  /** The present: where the history ends. */
  readonly endMs: number
  /** Moves the clock to an instant; one that is past already changes nothing. Nothing may be under way. */
  advanceTo(ms: number): Promise<void>
}

export interface SeedParts {
  superuserUrl: string
  identity: Identity
  workforce: Workforce
  scoring: Scoring
  guard: Guard
  passport: Passport
  /** A fresh scope in a tenant: the platform's own, or as whom `part` says. It lives a minute of the clock. */
  scope(tenantId: string, part?: Partial<Claims>): RequestScope
  time: SeedTime
  onProgress(words: string): void
}

export type KeyName = 'admin' | 'integrator' | 'readonly' | 'scim'

/** A tenant as `demo.json` tells it. */
export interface SeededTenant {
  id: string
  slug: string
  apiKeys: Record<KeyName, string>
  users: { email: string; password: string; roles: { role: string; scope: string }[] }[]
  agents: { id: string; slug: string; team: string; owner: string; apiKey: string }[]
}

export interface SeededPerson {
  id: string
  bindings: readonly { role: SeedCompany['people'][number]['roles'][number]['role']; unit: string | null }[]
}

/** An agent as it is now: team, owner and standing change while the history goes on. */
export interface SeededAgent {
  id: string
  keyId: string
  seed: SeedAgent
  team: string
  owner: string
  status: 'ACTIVE' | 'RESTRICTED' | 'FROZEN' | 'QUARANTINED' | 'REVOKED'
}

/** A company that was founded, with what its history needs to act in it. */
export interface Company {
  parts: SeedParts
  seed: SeedCompany
  tenant: SeededTenant
  units: ReadonlyMap<string, string>
  people: ReadonlyMap<string, SeededPerson>
  agents: Map<string, SeededAgent>
  keyIds: Record<KeyName, string>
}

/** One mutation of a subgraph, its input as variables; throws what it refused. */
export async function mutate<T>(subgraph: Subgraph, scope: RequestScope, query: string, input: unknown): Promise<T> {
  const { data, errors } = await subgraph.execute({ query, variables: { input }, handovers: scope.handovers })
  if (errors !== undefined) throw new Error(`seeding failed: ${errors[0]?.message}`)
  const result = data!['result'] as { __typename: string; code?: string; message?: string }
  if (result.__typename === 'Refused')
    throw new Error(`seeding was refused: ${result.code} ${result.message} (${JSON.stringify(input)})`)
  return result as T
}
