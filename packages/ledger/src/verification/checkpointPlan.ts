/**
 * The checkpoints a ledger is held to, prepared before its entries are read:
 * opened, in the order they were issued, and grouped by size, so that entries
 * can stream past in one pass.
 */
import { openCheckpoint, readCheckpoint, type Checkpoint } from '../notes/checkpoint.ts'
import { NoteError } from '../notes/signedNote.ts'
import type { NoteVerifier } from '../notes/verifierKey.ts'
import type { Break } from './verdict.ts'

export interface PlannedCheckpoint extends Checkpoint {
  /** True when a trusted key's signature was verified. */
  readonly signed: boolean
}

export interface CheckpointPlan {
  readonly bySize: ReadonlyMap<number, readonly PlannedCheckpoint[]>
  readonly largest: number
  /** A fault that the checkpoints show by themselves. */
  readonly fault: Break | null
}

/**
 * @param lists signed checkpoints, each list in the order they were issued.
 * @param verifiers keys to trust; null compares roots without looking at signatures.
 */
export function planCheckpoints(
  lists: readonly (readonly string[])[],
  origin: string,
  verifiers: readonly NoteVerifier[] | null,
): CheckpointPlan {
  const bySize = new Map<number, PlannedCheckpoint[]>()
  let fault: Break | null = null
  let largest = 0
  for (const notes of lists) {
    let before: Checkpoint | null = null
    for (const note of notes) {
      const opened = open(note, origin, verifiers)
      if ('reason' in opened) {
        fault = earlier(fault, opened)
        continue
      }
      if (before !== null) fault = earlier(fault, rewind(before, opened))
      before = opened
      largest = Math.max(largest, opened.size)
      const sameSize = bySize.get(opened.size)
      if (sameSize === undefined) bySize.set(opened.size, [opened])
      else sameSize.push(opened)
    }
  }
  return { bySize, largest, fault }
}

function open(note: string, origin: string, verifiers: readonly NoteVerifier[] | null): PlannedCheckpoint | Break {
  try {
    if (verifiers !== null) return { ...openCheckpoint(note, origin, verifiers), signed: true }
    const checkpoint = readCheckpoint(note)
    if (checkpoint.origin !== origin) throw new NoteError('MALFORMED', `the checkpoint is of \`${checkpoint.origin}\``)
    return { ...checkpoint, signed: false }
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
    const size = sizeIfReadable(note)
    return { reason: 'BAD_CHECKPOINT', seq: Math.max(1, size), lastSeq: Math.max(1, size), detail: error.message }
  }
}

/** For naming a place only: nothing is believed about a checkpoint that did not open. */
function sizeIfReadable(note: string): number {
  try {
    return readCheckpoint(note).size
  } catch (error) {
    if (error instanceof NoteError) return 1
    throw error
  }
}

function rewind(before: Checkpoint, after: Checkpoint): Break | null {
  if (after.size > before.size) return null
  if (after.size === before.size && after.rootHash === before.rootHash) return null
  return {
    reason: 'CHECKPOINT_REWOUND',
    seq: Math.max(1, after.size === before.size ? 1 : after.size + 1),
    lastSeq: Math.max(1, before.size),
    detail:
      after.size === before.size
        ? `two checkpoints for ${after.size} entries have different roots`
        : `a checkpoint for ${after.size} entries was issued after one for ${before.size}`,
  }
}

/** The break that concerns the smaller sequence number; the first found where equal. */
export function earlier(a: Break | null, b: Break | null): Break | null {
  if (a === null || b === null) return a ?? b
  return b.seq < a.seq ? b : a
}
