/**
 * Verifies one ledger file, with no access to Muster.
 */
import { readFile } from 'node:fs/promises'
import { readCheckpoint, NoteError, verifyLedger, type LedgerVerdict } from '@muster/ledger'
import { CannotAsk } from '../command.ts'
import { openLedgerSource } from './ledgerSource.ts'
import { trustedKeys, type KeySource } from './trustedKeys.ts'

export interface VerifyRequest {
  /** Keys to trust instead of those in the file. */
  readonly keys: readonly string[]
  readonly trustFile: string | null
  /** Checkpoints kept from earlier: the ledger must contain each. */
  readonly checkpointFiles: readonly string[]
  readonly onProgress: (checked: number) => void
}

export interface VerifyReport {
  readonly file: string
  readonly origin: string
  readonly tenant: string | null
  readonly keysFrom: KeySource
  readonly verdict: LedgerVerdict
}

/** @throws CannotAsk when the file, a key or a checkpoint cannot be read. */
export async function verifyFile(file: string, request: VerifyRequest): Promise<VerifyReport> {
  const source = await openLedgerSource(file)
  const { source: keysFrom, verifiers } = await trustedKeys(source.origin, request.keys, request.trustFile, source.keys)
  const kept = await Promise.all(request.checkpointFiles.map(readKept))
  kept.sort((a, b) => a.size - b.size)
  const { origin, tenant, head, from, entries, checkpoints } = source
  const verdict = await verifyLedger(
    entries,
    {
      origin,
      head,
      checkpoints,
      kept: kept.map(({ note }) => note),
      ...(tenant === null ? {} : { tenant }),
      ...(verifiers === null ? {} : { verifiers }),
      ...(from === null ? {} : { from }),
    },
    request.onProgress,
  )
  return { file, origin, tenant, keysFrom, verdict }
}

async function readKept(path: string): Promise<{ note: string; size: number }> {
  try {
    const note = await readFile(path, 'utf8')
    return { note, size: readCheckpoint(note).size }
  } catch (error) {
    const why = error instanceof NoteError ? error.message : 'no such file'
    throw new CannotAsk(`\`${path}\` is not a checkpoint: ${why}`, { cause: error })
  }
}
