/**
 * A witness: whoever remembers the last checkpoint it saw and refuses one that
 * is not a continuation of it. Every console, SDK and notification is one, so
 * that a history cannot be rewritten for all of them at once.
 *
 * INVARIANT (never backwards): what is remembered only ever moves to a tree
 * that was proven to contain it.
 */
import { fromHex } from '../bytes.ts'
import { verifyConsistency } from '../merkle/verifyProofs.ts'
import { openCheckpoint, type Checkpoint } from '../notes/checkpoint.ts'
import { NoteError } from '../notes/signedNote.ts'
import type { NoteVerifier } from '../notes/verifierKey.ts'

/** What is stored between sessions. */
export interface WitnessState {
  readonly origin: string
  readonly size: number
  readonly rootHash: string
  /** The signed note itself: the evidence, should the log ever fork. */
  readonly note: string
}

export type WitnessRefusal =
  /** No trusted key signed it, a signature fails, or it is another log's. */
  | 'BAD_CHECKPOINT'
  /** It covers fewer entries than one already seen. */
  | 'REWOUND'
  /** The same size with another root: two histories exist, and both notes prove it. */
  | 'FORKED'
  /** It could not be proven to contain what was seen. */
  | 'INCONSISTENT'

export type WitnessAnswer =
  | { readonly accepted: true; readonly checkpoint: Checkpoint }
  | { readonly accepted: false; readonly refusal: WitnessRefusal; readonly detail: string }

/** Fetches the consistency proof from `size1` to `size2`; hashes in lower-case hex. */
export type FetchProof = (size1: number, size2: number) => Promise<readonly string[]>

export class Witness {
  readonly #origin: string
  readonly #verifiers: readonly NoteVerifier[]
  #seen: WitnessState | null

  /** @throws RangeError when what is remembered is another log's. */
  constructor(origin: string, verifiers: readonly NoteVerifier[], seen: WitnessState | null = null) {
    if (seen !== null && seen.origin !== origin) throw new RangeError(`the memory is of \`${seen.origin}\``)
    this.#origin = origin
    this.#verifiers = verifiers
    this.#seen = seen
  }

  /** What to remember; null before the first checkpoint. */
  get seen(): WitnessState | null {
    return this.#seen
  }

  /** Looks at a signed checkpoint. `fetchProof` is asked only when the log has grown. */
  async offer(note: string, fetchProof: FetchProof): Promise<WitnessAnswer> {
    let checkpoint: Checkpoint
    try {
      checkpoint = openCheckpoint(note, this.#origin, this.#verifiers)
    } catch (error) {
      if (error instanceof NoteError) return { accepted: false, refusal: 'BAD_CHECKPOINT', detail: error.message }
      throw error
    }
    const proof = await this.#proofFor(checkpoint, fetchProof)
    // Read again after the wait: another offer may have moved the memory on meanwhile.
    const refusal = proof.since === this.#seen ? compare(this.#seen, checkpoint, proof.hashes) : null
    if (proof.since !== this.#seen) return this.offer(note, fetchProof)
    if (refusal !== null) return { accepted: false, ...refusal }
    const { origin, size, rootHash } = checkpoint
    if (this.#seen === null || size > this.#seen.size) this.#seen = { origin, size, rootHash, note }
    return { accepted: true, checkpoint }
  }

  async #proofFor(
    checkpoint: Checkpoint,
    fetchProof: FetchProof,
  ): Promise<{ since: WitnessState | null; hashes: readonly string[] }> {
    const since = this.#seen
    const grown = since !== null && since.size > 0 && checkpoint.size > since.size
    return { since, hashes: grown ? await fetchProof(since.size, checkpoint.size) : [] }
  }
}

function compare(
  seen: WitnessState | null,
  checkpoint: Checkpoint,
  proof: readonly string[],
): { refusal: WitnessRefusal; detail: string } | null {
  if (seen === null) return null
  if (checkpoint.size < seen.size) {
    return { refusal: 'REWOUND', detail: `the log shows ${checkpoint.size} entries, ${seen.size} were seen` }
  }
  if (checkpoint.size === seen.size) {
    if (checkpoint.rootHash === seen.rootHash) return null
    return { refusal: 'FORKED', detail: `two roots exist for ${seen.size} entries` }
  }
  // The empty log is contained in every other; there is nothing to prove.
  if (seen.size === 0) return null
  const claim = {
    size1: seen.size,
    size2: checkpoint.size,
    root1: hashOrNothing(seen.rootHash),
    root2: hashOrNothing(checkpoint.rootHash),
    proof: proof.map(hashOrNothing),
  }
  if (verifyConsistency(claim)) return null
  return {
    refusal: 'INCONSISTENT',
    detail: `no proof that the ${checkpoint.size} entries begin with the ${seen.size} seen`,
  }
}

/** What is not hex becomes no bytes, which no proof accepts. */
function hashOrNothing(text: unknown): Uint8Array {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text) ? fromHex(text) : new Uint8Array(0)
}
