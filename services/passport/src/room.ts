/**
 * What every capability of the passport stands on: its tables, the tenants'
 * signer and keyring, the place outside the database, clock and log.
 */
import { currentScope, dataKeyStore } from '@muster/db'
import type { Clock } from '@muster/kernel'
import { DataKeyring, type KeyProvider, type Signer } from '@muster/keys'
import type { ServiceDeps } from '@muster/subgraph-kit'
import type { Logger } from 'pino'
import type { Rewind } from './checkpoints/rewind.ts'
import type { OutsideVault } from './checkpoints/vault.ts'
import { openDatabase, type Database } from './database.ts'
import { signerOn } from './keys/signingKeyStore.ts'

export interface PassportDeps extends ServiceDeps {
  /** Where the last checkpoint and the tombstones are kept, outside the database. */
  vault: OutsideVault
}

export interface Room extends Database {
  /** Reads each key's state before it signs: a rotation anywhere counts at once. */
  readonly signer: Signer
  readonly ring: DataKeyring
  readonly provider: KeyProvider
  readonly vault: OutsideVault
  readonly clock: Clock
  readonly log: Logger
  /**
   * What the full comparison at start found, by origin. INVARIANT (once
   * rewound): an origin leaves this map only by a new log epoch.
   */
  readonly rewound: Map<string, Rewind>
  /** Runs signings of this process one after another. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
}

export function openRoom(deps: PassportDeps): Room {
  const database = openDatabase(deps.databaseUrl('muster_passport'))
  const { keyProvider: provider, vault, clock } = deps
  return {
    ...database,
    signer: signerOn({ ...database, provider, clock }),
    ring: new DataKeyring({ store: dataKeyStore(database.pool), provider }),
    provider,
    vault,
    clock,
    log: deps.log.child({ service: 'passport' }),
    rewound: new Map(),
    inTurn: turnstile(),
  }
}

function turnstile(): Room['inTurn'] {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work, work)
    last = turn.catch(() => {}) // its caller hears of it; the next one is not concerned
    return turn
  }
}

/** The tenant of the current request. */
export function tenantOfRequest(): string {
  return currentScope().claims.tenant_id
}
