/**
 * Verifies a whole ledger, from an array or a stream.
 */
import { LedgerVerifier, type VerifierOptions } from './ledgerVerifier.ts'
import type { LedgerEntry, LedgerVerdict } from './verdict.ts'

/** Entries between two reports of progress, which also lets a page draw. */
const progressStep = 1000

/**
 * @param entries in order of their sequence numbers.
 * @param onProgress told how many entries were checked, about every thousand; awaited.
 * @returns the verdict; a broken ledger is an answer, not an exception.
 * @throws RangeError only when `options.from` does not hold together.
 */
export async function verifyLedger(
  entries: Iterable<LedgerEntry> | AsyncIterable<LedgerEntry>,
  options: VerifierOptions,
  onProgress?: (checked: number) => void | Promise<void>,
): Promise<LedgerVerdict> {
  const verifier = new LedgerVerifier(options)
  let seen = 0
  if (Symbol.asyncIterator in entries) {
    for await (const entry of entries) {
      if (!verifier.push(entry)) break
      if (++seen % progressStep === 0) await onProgress?.(seen)
    }
  } else {
    for (const entry of entries) {
      if (!verifier.push(entry)) break
      if (++seen % progressStep === 0) await onProgress?.(seen)
    }
  }
  await onProgress?.(seen)
  return verifier.finish()
}
