/**
 * What the gateway needs of the passport to serve a ledger's public face:
 * checkpoint, tiles, key history. Each call acts under the hand-over it is given.
 */
import type { Handovers } from '@muster/db'
import type { TrustDocument } from '@muster/keys'
import type { TileId } from '@muster/ledger'

export interface LedgerDoor {
  readonly byHandover: true
  /** The latest signed note; null while there is none. */
  checkpoint(handovers: Handovers): Promise<string | null>
  /** Bytes of a hash tile or an entry bundle; null for one the latest checkpoint does not cover. */
  tile(handovers: Handovers, tile: TileId & { kind: 'hashes' | 'entries' }): Promise<Uint8Array | null>
  trustDocument(handovers: Handovers): Promise<TrustDocument | null>
}
