/**
 * (d) Verifying 100,000 receipts, beside nothing but hashing the same bytes.
 */
import { createHash } from 'node:crypto'
import { verifyLedger } from '@muster/ledger'
import { buildLedger } from '@muster/ledger/testing'

export interface VerificationFigures {
  receipts: number
  /** Milliseconds. */
  verifyMs: number
  hashOnlyMs: number
}

export async function measureVerification(receipts: number): Promise<VerificationFigures> {
  const ledger = await buildLedger(receipts)
  const before = performance.now()
  const verdict = await verifyLedger(ledger.entries, { origin: ledger.origin })
  const verifyMs = performance.now() - before
  if (!verdict.intact || verdict.checked !== receipts) throw new Error('the bench ledger does not verify')
  const hashing = performance.now()
  // Leaf, link and one tree node a receipt: what any verifier has to hash.
  for (const { body } of ledger.entries) {
    createHash('sha256').update(body).digest()
    createHash('sha256').update(nodeBytes).digest()
    createHash('sha256').update(nodeBytes).digest()
  }
  return { receipts, verifyMs, hashOnlyMs: performance.now() - hashing }
}

const nodeBytes = Buffer.alloc(89, 1)
