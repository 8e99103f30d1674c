/**
 * What the gateway needs of the passport to serve a ledger's public face:
 * checkpoint, tiles, key history, export, proofs. The service in this process offers it
 * as it is; in the distributed form `remoteLedger` stands in.
 */
import type { Passport } from '@muster/passport'

/** Each call acts under the hand-overs it is given; an origin that is not that tenant's answers null. */
export type LedgerDoor = Pick<Passport, 'checkpoint' | 'tile' | 'trustDocument' | 'exportLedger' | 'proveRange'>
