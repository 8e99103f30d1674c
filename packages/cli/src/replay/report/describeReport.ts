/**
 * A replay in words, for a person at a terminal. The last line is the answer.
 */
import type { LedgerReport, ReplayReport } from './replayReport.ts'
import type { Tally } from './tally.ts'

/** Sentences of one kind before the rest is counted: a broken server has one for every call. */
const listedMax = 20

const columns = [
  ['department', (name: string) => name],
  ['runs', (_: string, runs: number) => `${runs}`],
  ['calls', (_: string, __: number, tally: Tally) => `${tally.calls}`],
  ['allowed', (_: string, __: number, tally: Tally) => `${tally.allowed}`],
  ['held', (_: string, __: number, tally: Tally) => `${tally.held}`],
  ['denied', (_: string, __: number, tally: Tally) => `${tally.denied}`],
  ['undecided', (_: string, __: number, tally: Tally) => `${tally.undecided}`],
  ['approved', (_: string, __: number, tally: Tally) => `${tally.approved}`],
  ['redeemed', (_: string, __: number, tally: Tally) => `${tally.redeemed}`],
  ['failed', (_: string, __: number, tally: Tally) => `${tally.failed}`],
  ['p50 ms', (_: string, __: number, tally: Tally) => milliseconds(tally.p50Ms)],
  ['p95 ms', (_: string, __: number, tally: Tally) => milliseconds(tally.p95Ms)],
] as const

export function describeReport(report: ReplayReport): string {
  const { departments, total, runs } = report
  const rows = [
    ...departments.map(({ name, runs: own, tally }) => columns.map(([, cell]) => cell(name, own, tally))),
    columns.map(([, cell]) => cell('total', runs, total)),
  ]
  return [
    ...listed(
      'skipped',
      report.skipped.map(({ place, reason }) => `${place}: ${reason}`),
    ),
    ...table([columns.map(([name]) => name), ...rows]),
    '',
    ...departments.flatMap(({ name, tally }) => [`${name}: ${whys(tally)}`]),
    '',
    ...traffic(report),
    ...ledgerLines(report.ledger, total.calls - total.undecided),
    ...listed('went wrong', report.faults),
    answer(report),
  ].join('\n')
}

function whys({ reasons, undecidedBecause, withdrawnBecause }: Tally): string {
  const said = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([code, count]) => `${count} ${code}`)
      .join(', ')
  const parts = [said(reasons)]
  if (Object.keys(undecidedBecause).length > 0) parts.push(`not decided: ${said(undecidedBecause)}`)
  if (Object.keys(withdrawnBecause).length > 0) parts.push(`permits withdrawn: ${said(withdrawnBecause)}`)
  return parts.filter((part) => part !== '').join('; ') || 'no calls'
}

function traffic({ requests, retries, elapsedMs, events }: ReplayReport): string[] {
  const rejected = Object.entries(events.rejected).map(([code, count]) => `${count} refused as ${code}`)
  const ingested = [`${events.accepted} taken`, `${events.duplicates} known already`, ...rejected].join(', ')
  return [
    `requests     ${requests}, of them ${retries} again, in ${(elapsedMs / 1000).toFixed(1)} s`,
    `events       ${ingested}`,
  ]
}

function ledgerLines(ledger: LedgerReport | null, decided: number): string[] {
  if (ledger === null) return ['ledger       could not be read']
  const { checkpointsMatched, checkpointsVerified } = ledger
  const signed =
    checkpointsMatched === 0
      ? 'no checkpoint yet'
      : `checkpoint ${checkpointsVerified > 0 ? 'matches, signed by a published key' : 'matches, signature not checked'}`
  return [
    `ledger       ${ledger.origin}, ${ledger.intact ? 'intact' : `broken at entry ${ledger.firstBrokenSeq} [${ledger.reason}]`}`,
    `head         ${ledger.headSeq}, ${signed}`,
    `root         ${ledger.rootHash}`,
    `receipts     ${ledger.receiptsConfirmed} of ${decided} decisions found as they were answered`,
    ...listed(
      'receipts that differ',
      ledger.receiptProblems.map(({ place, seq, problem }) => `${place}, entry ${seq}: ${problem}`),
    ),
  ]
}

function answer({ ok, total, skipped, ledger }: ReplayReport): string {
  const beside = skipped.length === 0 ? '' : `; ${skipped.length} skipped`
  if (ok) return `every call decided and on record${beside}`
  if (total.undecided > 0) return `${total.undecided} of ${total.calls} calls were not decided${beside}`
  if (ledger === null || !ledger.intact || ledger.receiptProblems.length > 0)
    return `the record does not verify${beside}`
  return `every call decided, but not all went well${beside}`
}

function listed(title: string, sentences: readonly string[]): string[] {
  if (sentences.length === 0) return []
  const rest = sentences.length - listedMax
  const lines = sentences.slice(0, listedMax).map((sentence) => `  ${sentence}`)
  return [`${title}:`, ...lines, ...(rest > 0 ? [`  … and ${rest} more`] : []), '']
}

/** Names to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

function milliseconds(value: number | null): string {
  return value === null ? '-' : value.toFixed(1)
}
