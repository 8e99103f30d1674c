/**
 * Which approvals this page has opened, with the hashes it computed of each:
 * what may be decided together is judged by these and not by labels. Pure.
 */
import type { QueuedApproval } from './documents.ts'

/** One that was opened here and whose hashes agreed. */
export interface SeenApproval {
  readonly payloadHash: string
  readonly actionHash: string
  readonly canDecide: boolean
}

export type Seen = ReadonlyMap<string, SeenApproval>

export interface Alike {
  readonly approval: QueuedApproval
  readonly seen: SeenApproval | null
}

/** Others of the queue that wait and say they would run the same; `seen` only where this page computed the same hash. */
export function alikeOf(id: string, payloadHash: string, queue: readonly QueuedApproval[], seen: Seen): Alike[] {
  return queue
    .filter((each) => each.id !== id && each.status === 'PENDING' && each.payloadHash === payloadHash)
    .map((approval) => {
      const opened = seen.get(approval.id)
      return { approval, seen: opened?.payloadHash === payloadHash ? opened : null }
    })
    .filter((each) => each.seen === null || each.seen.canDecide)
}
