/**
 * What the gateway needs of the passport to serve a ledger's public face:
 * checkpoint, tiles, key history, export. Each call acts under the hand-over it
 * is given; an origin that is not that tenant's answers null.
 */
import { inScope, requestScope, type Handovers } from '@muster/db'
import type { TrustDocument } from '@muster/keys'
import type { TileId } from '@muster/ledger'

export type TileName = TileId & { kind: 'hashes' | 'entries' }

export interface LedgerDoor {
  readonly byHandover: true
  /** The latest signed note; null while there is none. */
  checkpoint(handovers: Handovers, origin: string): Promise<string | null>
  /** Bytes of a hash tile or an entry bundle; null for one the latest checkpoint does not cover. */
  tile(handovers: Handovers, origin: string, tile: TileName): Promise<Uint8Array | null>
  trustDocument(handovers: Handovers, origin: string): Promise<TrustDocument | null>
  /** The ledger as a `muster-ledger/v1` file, in chunks of whole lines. */
  exportLedger(handovers: Handovers, origin: string): Promise<AsyncIterable<string>>
}

/** The passport in this process, as far as the gateway uses it beside the graph. */
export interface LedgerFace {
  checkpointOf(origin?: string): Promise<string | null>
  tile(tile: TileName, origin?: string): Promise<Uint8Array | null>
  trustDocument(origin?: string): Promise<TrustDocument | null>
  exportLedger(origin?: string): AsyncIterable<string>
}

/** What was given, as a door: the service itself, or a door to it. */
export function ledgerDoor(passport: LedgerFace | LedgerDoor): LedgerDoor {
  if ('byHandover' in passport) return passport
  const within = <T>(handovers: Handovers, work: () => T): T => inScope(requestScope(handovers), work)
  return {
    byHandover: true,
    checkpoint: (handovers, origin) => within(handovers, () => passport.checkpointOf(origin)),
    tile: (handovers, origin, tile) => within(handovers, () => passport.tile(tile, origin)),
    trustDocument: (handovers, origin) => within(handovers, () => passport.trustDocument(origin)),
    exportLedger: async (handovers, origin) => within(handovers, () => passport.exportLedger(origin)),
  }
}
