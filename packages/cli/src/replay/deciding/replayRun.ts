/**
 * One recorded run, call by call in the order in which it happened: each is
 * decided knowing what the run had read by then.
 *
 * What follows a call that is held or denied is asked all the same: the
 * recording is the context, and every call of it gets its decision.
 */
import { RefusedByServer, RequestFailed, NotAccepted, ServerGone } from '../client/errors.ts'
import { JournalLost, type Journal } from '../credentials/journal.ts'
import { provenanceOf } from '../provenance/provenance.ts'
import type { ToolBook } from '../tools/toolBook.ts'
import { callsOf, placeOf, type Transcript } from '../transcripts/transcript.ts'
import { undecidedCall, type CallRecord } from './callRecord.ts'
import { decideCall, type Desk } from './decideCall.ts'
import { eventsOf, type EventBatches } from './events.ts'
import { runKey } from './keys.ts'
import { RunSession } from './runSession.ts'

export interface Replaying {
  readonly desk: Desk
  readonly journal: Journal
  readonly book: ToolBook
  readonly events: EventBatches
  /** Told of every call as soon as it is decided, or known not to be. */
  readonly onCall: (record: CallRecord) => void
  /** Set once nothing more can be asked; shared by all runs. */
  readonly halt: { reason: Error | null }
}

/** Never throws for what a server does: what could not be asked is in the records. */
export async function replayRun(replaying: Replaying, agentId: string, transcript: Transcript): Promise<void> {
  const { halt, onCall } = replaying
  const place = placeOf(transcript)
  let told = 0
  const tell = (record: CallRecord): void => {
    told++
    onCall(record)
  }
  try {
    if (halt.reason === null) await inOrder(replaying, agentId, transcript, tell)
  } catch (error) {
    if (error instanceof ServerGone || error instanceof NotAccepted || error instanceof JournalLost) halt.reason = error
    else if (!(error instanceof RefusedByServer || error instanceof RequestFailed)) throw error
    for (const call of callsOf(transcript).slice(told)) tell(undecidedCall(place, call, codeOf(error), error.message))
    return
  }
  const { reason } = halt
  if (reason === null) return
  for (const call of callsOf(transcript).slice(told)) tell(undecidedCall(place, call, codeOf(reason), reason.message))
}

async function inOrder(
  { desk, journal, book, events, halt }: Replaying,
  agentId: string,
  transcript: Transcript,
  tell: (record: CallRecord) => void,
): Promise<void> {
  const place = placeOf(transcript)
  const run = runKey(agentId, transcript)
  if (callsOf(transcript).length === 0) return
  const session = await RunSession.open(desk.api, journal, run, agentId)
  let isSettled = true
  for (const step of provenanceOf(transcript.steps, (tool) => book.get(tool)?.external !== false)) {
    if (halt.reason !== null) return
    if (step.kind === 'taint') {
      await session.taint(step.trust)
      continue
    }
    const record = await decideCall(desk, { place, run, agentId, sessionId: session.id }, step.call, step.trust)
    tell(record)
    const waits = record.decision?.outcome === 'REVIEW' && record.redemption.kind === 'none'
    isSettled &&= record.decision !== null && record.faults.length === 0 && !waits
    await events.add(eventsOf(record, { journal: journal.id, run, agentId, call: step.call }, new Date().toISOString()))
  }
  if (isSettled) await session.end()
}

function codeOf(error: Error): string {
  if (error instanceof RefusedByServer || error instanceof RequestFailed) return error.code
  return error instanceof ServerGone ? 'SERVER_GONE' : 'JOURNAL_LOST'
}
