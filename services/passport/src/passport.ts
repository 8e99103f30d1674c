/**
 * What the passport offers beside the graph: to the bootstrap, to timers, to
 * the gateway's public face, to whoever exports a ledger.
 *
 * Calls that take a scope or hand-overs act under them; the others under the
 * request that is current.
 */
import type { Handovers, RequestScope } from '@muster/db'
import type { TrustDocument } from '@muster/keys'
import type { LedgerVerdict, TileId } from '@muster/ledger'
import type { Subgraph } from '@muster/subgraph-kit'
import type { LogEpochOpened, OpenLogEpoch } from './checkpoints/openLogEpoch.ts'
import type { LogState, Maintenance } from './checkpoints/start.ts'
import type { CheckpointModel } from './checkpoints/store.ts'
import type { DataKeysDestroyed, DestroyDataKeys } from './dataKeys/destroyDataKeys.ts'
import type { TenantPurpose } from './keys/purposes.ts'
import type { ProofRange, RangeProof } from './ledger/proveRange.ts'
import type { KeyRotated, RotateKey } from './keys/rotateKey.ts'

export interface Passport extends Subgraph {
  /** Makes the tenant's keys; answers which were made now. Safe to repeat. */
  bootstrapTenant(scope: RequestScope): Promise<TenantPurpose[]>
  /**
   * Before a tenant is served: compares its log with the checkpoint kept outside, leaf by leaf, and destroys
   * again what a restored backup brought back. A rewound log is an answer, not an error: it signs nothing.
   */
  assertNotRewound(scope: RequestScope): Promise<LogState>
  /** A timer's work, every five minutes: keys that are due, a checkpoint if entries came. */
  maintain(scope: RequestScope): Promise<Maintenance>
  /** A checkpoint if entries came; its size, or null for a rewound log. */
  maintainCheckpoints(scope: RequestScope): Promise<number | null>
  /** Refuses `ROTATION_CONFLICT`, `INVALID_INPUT`. */
  rotateKey(scope: RequestScope, input: RotateKey): Promise<KeyRotated>
  /** Refuses `INVALID_INPUT`. */
  destroyDataKeys(scope: RequestScope, input: DestroyDataKeys): Promise<DataKeysDestroyed>
  /** Refuses `LEDGER_REWOUND`. */
  createCheckpoint(scope: RequestScope): Promise<CheckpointModel>
  /** Refuses `NOT_REWOUND`, `WRONG_RANGE`, `OVERTAKEN`, `INVALID_INPUT`. */
  openLogEpoch(scope: RequestScope, input: OpenLogEpoch): Promise<LogEpochOpened>
  verifyLedger(scope: RequestScope): Promise<LedgerVerdict>
  /** `muster-ledger/v1`, in chunks of whole lines; of the current log epoch unless another origin is named. */
  exportLedger(scope: RequestScope, origin?: string): AsyncIterable<string>

  /** `muster-proof/v1` of a range; null for one that is not there. */
  proveRange(handovers: Handovers, range: ProofRange, origin?: string): Promise<RangeProof | null>
  /** The latest signed note, of the current log epoch unless an origin is named; null while there is none. */
  checkpoint(handovers: Handovers, origin?: string): Promise<string | null>
  /** Bytes of a hash tile or an entry bundle; null for what the latest checkpoint does not cover. */
  tile(handovers: Handovers, tile: TileId & { kind: 'hashes' | 'entries' }, origin?: string): Promise<Uint8Array | null>
  /** The tenant's public key history; null for an origin that is not its own. */
  trustDocument(handovers: Handovers, origin?: string): Promise<TrustDocument | null>
}
