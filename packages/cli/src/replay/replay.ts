/**
 * `muster replay`: a folder of recorded runs, put through the public API as if
 * they happened now, and the record of it verified from outside.
 *
 *   read the folder → know the tools → set up units, agents, manifests, grants →
 *   decide every call in the order and with the trust of its run → check the ledger
 *
 * INVARIANT (the public door only): everything goes over HTTP with ordinary
 * credentials; nothing here reaches into a database or a service.
 */
import { basename, resolve } from 'node:path'
import { CannotAsk } from '../command.ts'
import { Api } from './client/api.ts'
import { Connection } from './client/connection.ts'
import { NotAccepted, RequestFailed, ServerGone } from './client/errors.ts'
import type { Traffic } from './client/patience.ts'
import { findAccess, type Access, type Wanted } from './credentials/access.ts'
import { Journal } from './credentials/journal.ts'
import { Approvers } from './deciding/approvers.ts'
import { atOnce } from './deciding/atOnce.ts'
import type { CallRecord } from './deciding/callRecord.ts'
import { EventBatches } from './deciding/events.ts'
import { replayRun, type Replaying } from './deciding/replayRun.ts'
import { establish, type Established } from './departments/establish.ts'
import { planDepartments } from './departments/plan.ts'
import { checkLedger, signedNow, type LedgerCheck } from './ledger/checkLedger.ts'
import { ledgerHead } from './ledger/downloadLedger.ts'
import { reportOf, type ReplayReport } from './report/replayReport.ts'
import type { ToolRules } from './tools/toolBook.ts'
import { toolBook } from './tools/toolBook.ts'
import { readFolder } from './transcripts/readFolder.ts'

export interface ReplayRequest extends Wanted {
  readonly folder: string
  /** Runs decided at once. */
  readonly concurrency: number
  /** True: people of the demo company decide what is held. */
  readonly approve: boolean
  /** True: begin another replay though this one was begun before. */
  readonly fresh: boolean
  readonly rules: ToolRules
}

export interface Listener {
  say(words: string): void
  begin(calls: number): void
  count(record: CallRecord): void
  end(): void
}

/** @throws CannotAsk when not a single call could be asked about. */
export async function replay(request: ReplayRequest, listener: Listener): Promise<ReplayReport> {
  const began = performance.now()
  const { transcripts, skipped } = await readFolder(request.folder)
  const plans = planDepartments(transcripts, basename(resolve(request.folder)))
  const calls = plans.reduce((sum, plan) => sum + plan.calls, 0)
  if (calls === 0) {
    for (const { place, reason } of skipped) listener.say(`skipped ${place}: ${reason}`)
    throw new CannotAsk(`no tool call was found below \`${request.folder}\``)
  }
  const access = await findAccess(request)
  const connection = new Connection(access.url, request.concurrency)
  try {
    const traffic: Traffic = { requests: 0, retries: 0 }
    const api = new Api(connection, access.key, traffic)
    const journal = await Journal.open(request.home, await originOf(api), access.key, request.fresh)
    const book = toolBook(transcripts, request.rules)
    const established = await establish(api, plans, book, access.ownerEmail, (words) => listener.say(words))
    listener.say(`${calls} calls of ${transcripts.length} runs, asked of ${connection.origin}`)
    const approvers = request.approve ? approversFor(access, connection, traffic) : null
    const replaying: Omit<Replaying, 'onCall'> = {
      desk: { api, journalId: journal.id, approvers },
      journal,
      book,
      events: new EventBatches(api),
      halt: { reason: null },
    }
    listener.begin(calls)
    const records = await replayAll(replaying, established, request.concurrency, listener)
    listener.end()
    const faults: string[] = []
    const signer = new Api(connection, access.signingKey, traffic)
    const ledger = await settle(replaying, records, { api, signer, connection, traffic }, faults)
    return reportOf({
      server: connection.origin,
      departments: established.map(({ department, agentId, transcripts: runs }) => ({
        department,
        agentId,
        runs: runs.length,
        records: records.get(agentId) ?? [],
      })),
      skipped,
      ingested: replaying.events.ingested,
      ledger,
      faults,
      traffic,
      elapsedMs: performance.now() - began,
    })
  } finally {
    await connection.close()
  }
}

/** The first question: it finds out whether anybody answers, and whether this key may ask. */
async function originOf(api: Api): Promise<string> {
  try {
    return (await ledgerHead(api)).origin
  } catch (error) {
    if (error instanceof ServerGone || error instanceof RequestFailed)
      throw new CannotAsk(error.message, { cause: error })
    throw error
  }
}

function approversFor(access: Access, connection: Connection, traffic: Traffic): Approvers {
  const approvers = new Approvers(access.people, access.ownerEmail, connection, traffic)
  if (approvers.size === 0) throw new CannotAsk('the demo file names nobody who could approve')
  return approvers
}

/** Every record, by agent, in the order of the runs whatever order they ended in. */
async function replayAll(
  replaying: Omit<Replaying, 'onCall'>,
  established: readonly Established[],
  concurrency: number,
  listener: Listener,
): Promise<Map<string, CallRecord[]>> {
  const runs = established.flatMap(({ agentId, transcripts }) =>
    transcripts.map((transcript) => ({ agentId, transcript, records: [] as CallRecord[] })),
  )
  await atOnce(runs, concurrency, ({ agentId, transcript, records }) => {
    const onCall = (record: CallRecord): void => {
      records.push(record)
      listener.count(record)
    }
    return replayRun({ ...replaying, onCall }, agentId, transcript)
  })
  const byAgent = new Map<string, CallRecord[]>()
  for (const { agentId, records } of runs) byAgent.set(agentId, [...(byAgent.get(agentId) ?? []), ...records])
  return byAgent
}

/** The last events, and the ledger. What fails here is a fault of the replay, not an end of it. */
async function settle(
  { events, halt }: Omit<Replaying, 'onCall'>,
  records: ReadonlyMap<string, readonly CallRecord[]>,
  { api, signer, connection, traffic }: { api: Api; signer: Api; connection: Connection; traffic: Traffic },
  faults: string[],
): Promise<LedgerCheck | null> {
  if (halt.reason !== null) {
    faults.push(halt.reason.message)
    return null
  }
  try {
    await events.flush()
    await signedNow(signer)
    return await checkLedger(api, connection, traffic, [...records.values()].flat())
  } catch (error) {
    if (!(error instanceof ServerGone || error instanceof RequestFailed || error instanceof NotAccepted)) throw error
    faults.push(error.message)
    return null
  }
}
