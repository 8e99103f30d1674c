/**
 * What every capability of the guard stands on: its two login roles, its
 * keyring, the tenants' permit keys and compiled policies.
 *
 * Permit keys and policy sets are remembered: a set is named by its content
 * hash and can never change; a permit key by its id, for half a minute.
 */
import type { KeyObject } from 'node:crypto'
import { dataKeyStore, openPool, withRequest, type RolePool } from '@muster/db'
import type { Clock } from '@muster/kernel'
import { DataKeyring, openSigningKey, type KeyProvider } from '@muster/keys'
import { compilePolicies, type PolicySet, type PolicySource } from '@muster/policy'
import type { ServiceDeps } from '@muster/subgraph-kit'
import type { Logger } from 'pino'

/** A rotated permit key mints no more within this time; it redeems as long as permits live. */
const permitKeysTtlMs = 30_000
const policySetsMax = 256

export interface PermitKeys {
  /** Mints; absent until the tenant's keys were made. */
  minting: KeyObject
  /** All that still verify, the minting one included. */
  verifying: readonly KeyObject[]
}

export interface GuardRoom {
  readonly guard: RolePool
  readonly decider: RolePool
  readonly ring: DataKeyring
  readonly clock: Clock
  readonly log: Logger
  /** Keys the blind index over e-mail addresses. */
  readonly emailIndexKey: Uint8Array
  /** The permit keys of the current request's tenant. */
  permitKeys(tenant: string): Promise<PermitKeys>
  /** The compiled set of a content hash; `null` names the empty set, which permits nothing. */
  policySet(tenant: string, hash: string | null): Promise<PolicySet>
  close(): Promise<void>
}

export function openRoom(deps: ServiceDeps): GuardRoom {
  const guard = openPool({ url: deps.databaseUrl('muster_guard'), role: 'muster_guard' })
  const decider = openPool({ url: deps.databaseUrl('muster_decider'), role: 'muster_decider' })
  const keys = new Map<string, { keys: PermitKeys; untilMs: number }>()
  const sets = new Map<string, PolicySet>()
  const nothing = compilePolicies([])
  return {
    guard,
    decider,
    clock: deps.clock,
    log: deps.log,
    emailIndexKey: deps.emailIndexKey,
    ring: new DataKeyring({ store: dataKeyStore(guard), provider: deps.keyProvider }),
    async permitKeys(tenant) {
      const known = keys.get(tenant)
      if (known !== undefined && known.untilMs > performance.now()) return known.keys
      const opened = await openPermitKeys(guard, deps.keyProvider, tenant)
      keys.set(tenant, { keys: opened, untilMs: performance.now() + permitKeysTtlMs })
      return opened
    },
    async policySet(tenant, hash) {
      if (hash === null) return nothing
      const name = `${tenant}/${hash}`
      const known = sets.get(name)
      if (known !== undefined) return known
      const [row] = await withRequest(guard, (tx) =>
        tx.query<{ sources: PolicySource[] }>('SELECT sources FROM guard.policy_bundle WHERE hash = $1 LIMIT 1', [
          hash,
        ]),
      )
      if (row === undefined) throw new Error(`no policy bundle has the hash \`${hash}\``)
      const set = compilePolicies(row.sources)
      if (set.hash !== hash) throw new Error(`the policy bundle \`${hash}\` does not have its hash`)
      if (sets.size >= policySetsMax) sets.delete(sets.keys().next().value!)
      sets.set(name, set)
      return set
    },
    async close() {
      await Promise.all([guard.end(), decider.end()])
    },
  }
}

async function openPermitKeys(pool: RolePool, provider: KeyProvider, tenant: string): Promise<PermitKeys> {
  const rows = await withRequest(pool, (tx) =>
    tx.query<{ id: string; wrapped: Buffer | null; state: string }>(
      'SELECT id, wrapped, state FROM passport.permit_keys()',
    ),
  )
  const verifying: KeyObject[] = []
  let minting: KeyObject | undefined
  for (const row of rows) {
    if (row.wrapped === null) continue
    const key = await openSigningKey(provider, tenant, 'permit', row.id, row.wrapped)
    verifying.push(key)
    if (row.state === 'active') minting ??= key
  }
  if (minting === undefined) throw new Error('this tenant has no active permit key')
  return { minting, verifying }
}
