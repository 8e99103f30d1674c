/**
 * The end of a replay: the whole ledger is fetched and verified here, on this
 * side of the wire, and every decision is looked up in it.
 */
import { BadExportLine, verifyLedger, type LedgerEntry, type LedgerVerdict } from '@muster/ledger'
import type { Api } from '../client/api.ts'
import type { Connection } from '../client/connection.ts'
import { RequestFailed } from '../client/errors.ts'
import type { Traffic } from '../client/patience.ts'
import type { CallRecord } from '../deciding/callRecord.ts'
import { createCheckpointMutation } from '../client/operations.ts'
import { ledgerEntries, ledgerHead } from './downloadLedger.ts'
import { publishedKeys } from './publishedKeys.ts'
import { ReceiptCheck, type ReceiptProblem } from './receiptCheck.ts'

export interface LedgerCheck {
  readonly origin: string
  readonly verdict: LedgerVerdict
  /** Decisions whose receipt is in the ledger as it was answered. */
  readonly confirmed: number
  readonly problems: readonly ReceiptProblem[]
}

/**
 * Has the ledger signed as it stands now, so that the signature covers this replay. A key that may not
 * ask for it is no fault: then the last checkpoint counts, and what came after it rests on the chain alone.
 */
export async function signedNow(api: Api): Promise<void> {
  try {
    await api.ask(createCheckpointMutation)
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
  }
}

/** @throws RequestFailed, NotAccepted or ServerGone when the ledger cannot be read to its end. */
export async function checkLedger(
  api: Api,
  connection: Connection,
  traffic: Traffic,
  records: readonly CallRecord[],
): Promise<LedgerCheck> {
  // The head is asked for after the last decision was answered: it covers them all.
  const head = await ledgerHead(api)
  const verifiers = await publishedKeys(connection, traffic, head.origin)
  const receipts = new ReceiptCheck(records)
  try {
    const verdict = await verifyLedger(watched(ledgerEntries(api, head.seq), receipts), {
      origin: head.origin,
      head,
      checkpoints: head.checkpoint === null ? [] : [head.checkpoint],
      ...(verifiers === null ? {} : { verifiers }),
    })
    return { origin: head.origin, verdict, ...receipts.finish() }
  } catch (error) {
    if (error instanceof BadExportLine) throw new RequestFailed('UNEXPECTED_ANSWER', error.message, null)
    throw error
  }
}

async function* watched(entries: AsyncIterable<LedgerEntry>, receipts: ReceiptCheck): AsyncGenerator<LedgerEntry> {
  for await (const entry of entries) {
    receipts.look(entry)
    yield entry
  }
}
