/**
 * What every capability of identity stands on: its tables, its keyring, the
 * blind indexes over addresses and names of views, the password hasher, the runner of jobs,
 * the way to proofs outside, clock and log.
 */
import { DataKeyring } from '@muster/keys'
import type { Clock } from '@muster/kernel'
import type { ServiceDeps } from '@muster/subgraph-kit'
import type { Logger } from 'pino'
import { openDatabase, type Database } from './database.ts'
import { argon2idHasher, type PasswordHasher } from './passwords/argon2id.ts'
import { JobRunner } from './jobs/runner.ts'
import { emailIndexer, type EmailIndexer } from './people/emailIndex.ts'
import { viewNameIndexer, type ViewNameIndexer } from './savedViews/nameIndex.ts'
import { openProofSources, type ProofSettings, type ProofSources } from './verification/proofSources.ts'
import { batchedKeyStore } from './sealing/batchedKeyStore.ts'
import { ssoSecrets, type SsoSecrets } from './sso/indexes.ts'
import { openSso, type Sso } from './sso/provider.ts'
import { defaultSsoSettings, type SsoSettings } from './sso/settings.ts'

export interface Room {
  readonly database: Database
  readonly ring: DataKeyring
  readonly emailIndex: EmailIndexer
  readonly viewNameIndex: ViewNameIndexer
  readonly passwords: PasswordHasher
  readonly sso: Sso
  readonly ssoSecrets: SsoSecrets
  readonly jobs: JobRunner
  readonly proofs: ProofSources
  readonly clock: Clock
  readonly log: Logger
}

/** What identity stands on beside what every service does. */
export interface IdentityDeps extends ServiceDeps {
  /** Absent outside the embedded form. */
  sso?: SsoSettings
}

export async function openRoom(deps: IdentityDeps, proofs?: ProofSettings): Promise<Room> {
  const database = openDatabase(deps.databaseUrl('muster_identity'))
  return {
    database,
    ring: new DataKeyring({ store: batchedKeyStore(database.keyPool), provider: deps.keyProvider }),
    emailIndex: emailIndexer(deps.emailIndexKey),
    viewNameIndex: viewNameIndexer(deps.emailIndexKey),
    passwords: await argon2idHasher(),
    sso: openSso(deps.sso ?? defaultSsoSettings),
    ssoSecrets: ssoSecrets(deps.emailIndexKey),
    jobs: new JobRunner(),
    proofs: openProofSources(proofs),
    clock: deps.clock,
    log: deps.log,
  }
}
