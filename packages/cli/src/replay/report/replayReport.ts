/**
 * A replay as data: what `--json` writes (docs/specs/replay.md) and what the
 * printed report is made of.
 *
 * INVARIANT (yes means all of it): `ok` is true only when every call was
 * decided, nothing went wrong on the way, every decision's receipt was found as
 * answered, and the ledger verifies.
 */
import type { Outcome } from '@muster/kernel'
import type { LedgerCheck } from '../ledger/checkLedger.ts'
import type { CallRecord } from '../deciding/callRecord.ts'
import type { Ingested } from '../deciding/events.ts'
import type { Department } from '../departments/departmentOf.ts'
import type { SkippedFile } from '../transcripts/readFile.ts'
import { tallyOf, type Tally } from './tally.ts'

export const reportFormat = 'muster-replay-report/v1'

export interface DepartmentReport {
  readonly slug: string
  readonly name: string
  readonly agentId: string
  readonly runs: number
  readonly tally: Tally
}

export interface ReplayReport {
  readonly format: typeof reportFormat
  readonly ok: boolean
  readonly server: string
  readonly runs: number
  readonly skipped: readonly SkippedFile[]
  readonly departments: readonly DepartmentReport[]
  readonly total: Tally
  /** Every call, in the order of the departments and runs. */
  readonly calls: readonly CallReport[]
  /** One sentence each, with the first call it happened to. */
  readonly faults: readonly string[]
  readonly events: {
    readonly accepted: number
    readonly duplicates: number
    readonly rejected: Readonly<Record<string, number>>
  }
  /** Null when it could not be read; then `faults` says why. */
  readonly ledger: LedgerReport | null
  readonly requests: number
  readonly retries: number
  readonly elapsedMs: number
}

export interface CallReport {
  readonly place: string
  /** From 1, within its run. */
  readonly call: number
  readonly tool: string
  /** Null when the call was not decided; then `code` says why. */
  readonly outcome: Outcome | null
  readonly code: string
  readonly decisionId: string | null
  readonly effectiveTrust: string | null
  readonly mutates: boolean | null
  readonly receiptSeq: number | null
  readonly approved: boolean
  readonly executionId: string | null
  /** What went wrong with this call, one sentence each. */
  readonly faults: readonly string[]
}

export interface LedgerReport {
  readonly origin: string
  readonly intact: boolean
  readonly reason: string | null
  readonly firstBrokenSeq: number | null
  readonly headSeq: number
  readonly rootHash: string
  readonly checkpointsMatched: number
  readonly checkpointsVerified: number
  /** Decisions found in it as they were answered. */
  readonly receiptsConfirmed: number
  readonly receiptProblems: readonly { readonly place: string; readonly seq: number; readonly problem: string }[]
}

export interface DepartmentRecords {
  readonly department: Department
  readonly agentId: string
  readonly runs: number
  readonly records: readonly CallRecord[]
}

export interface ReportParts {
  readonly server: string
  readonly departments: readonly DepartmentRecords[]
  readonly skipped: readonly SkippedFile[]
  readonly ingested: Ingested
  readonly ledger: LedgerCheck | null
  /** What went wrong beside the calls. */
  readonly faults: readonly string[]
  readonly traffic: { readonly requests: number; readonly retries: number }
  readonly elapsedMs: number
}

export function reportOf(parts: ReportParts): ReplayReport {
  const records = parts.departments.flatMap((one) => one.records)
  const total = tallyOf(records)
  const faults = [...parts.faults, ...groupFaults(records)]
  const rejected = Object.fromEntries(parts.ingested.rejected)
  const ledger = parts.ledger === null ? null : ledgerReport(parts.ledger)
  const isRecorded =
    ledger !== null &&
    ledger.intact &&
    ledger.receiptProblems.length === 0 &&
    ledger.receiptsConfirmed === total.calls - total.undecided
  return {
    format: reportFormat,
    ok: total.undecided === 0 && faults.length === 0 && Object.keys(rejected).length === 0 && isRecorded,
    server: parts.server,
    runs: parts.departments.reduce((sum, { runs }) => sum + runs, 0),
    skipped: parts.skipped,
    departments: parts.departments.map(({ department, agentId, runs, records: own }) => ({
      slug: department.slug,
      name: department.name,
      agentId,
      runs,
      tally: tallyOf(own),
    })),
    total,
    calls: records.map(callReport),
    faults,
    events: { accepted: parts.ingested.accepted, duplicates: parts.ingested.duplicates, rejected },
    ledger,
    requests: parts.traffic.requests,
    retries: parts.traffic.retries,
    elapsedMs: Math.round(parts.elapsedMs),
  }
}

function callReport(record: CallRecord): CallReport {
  const { place, index, tool, decision, undecided, approved, redemption, faults } = record
  return {
    place,
    call: index + 1,
    tool,
    outcome: decision?.outcome ?? null,
    code: decision?.reasonCode ?? undecided ?? 'UNKNOWN',
    decisionId: decision?.id ?? null,
    effectiveTrust: decision?.effectiveTrust ?? null,
    mutates: decision?.mutates ?? null,
    receiptSeq: decision?.receipt.seq ?? null,
    approved,
    executionId: redemption.kind === 'redeemed' ? redemption.executionId : null,
    faults,
  }
}

/** Equal sentences as one, with the first place: a server that is gone is said once, not for every call. */
function groupFaults(records: readonly CallRecord[]): string[] {
  const places = new Map<string, string[]>()
  for (const { place, index, faults } of records) {
    for (const fault of faults) places.set(fault, [...(places.get(fault) ?? []), `${place}, call ${index + 1}`])
  }
  return [...places].map(([fault, [first, ...more]]) => {
    const others = more.length === 0 ? '' : ` and ${more.length} more`
    return `${first}${others}: ${fault}`
  })
}

function ledgerReport({ origin, verdict, confirmed, problems }: LedgerCheck): LedgerReport {
  return {
    origin,
    intact: verdict.intact,
    reason: verdict.reason,
    firstBrokenSeq: verdict.firstBrokenSeq,
    headSeq: verdict.headSeq,
    rootHash: verdict.rootHash,
    checkpointsMatched: verdict.checkpointsMatched,
    checkpointsVerified: verdict.checkpointsVerified,
    receiptsConfirmed: confirmed,
    receiptProblems: problems,
  }
}
