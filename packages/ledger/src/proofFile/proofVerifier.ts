/**
 * Verification of a proof bundle, entry by entry: the checkpoint's signature,
 * each body against its leaf, each link against its neighbours in the file, and
 * each leaf's path to the root that was signed.
 *
 * INVARIANT (what is vouched for): an entry is proven by its path to the signed
 * root. The link before the first entry is the file's own word.
 */
import { isHash } from '@muster/canonical-json'
import { fromHex } from '../bytes.ts'
import { frontierOfInclusion } from '../merkle/frontierOf.ts'
import { verifyInclusion } from '../merkle/verifyProofs.ts'
import { openCheckpoint, readCheckpoint, type Checkpoint } from '../notes/checkpoint.ts'
import { NoteError } from '../notes/signedNote.ts'
import type { NoteVerifier } from '../notes/verifierKey.ts'
import { LedgerVerifier } from '../verification/ledgerVerifier.ts'
import type { BreakReason } from '../verification/verdict.ts'
import type { ProofHeader, ProvenEntry } from './proofLines.ts'

/** What a bundle can fail by beside what a ledger can. */
export const proofReasons = [
  /** The checkpoint covers fewer entries than the range. */
  'NOT_COVERED',
  /** An entry's path does not lead to the root that was signed. */
  'NOT_INCLUDED',
] as const
export type ProofReason = BreakReason | (typeof proofReasons)[number]

export interface ProofVerdict {
  readonly intact: boolean
  readonly range: ProofHeader['range']
  /** Entries found sound and included, from the first and without a gap. */
  readonly checked: number
  readonly bodiesChecked: number
  readonly firstBrokenSeq: number | null
  readonly reason: ProofReason | null
  readonly detail: string | null
  /** The signed tree; null for a note that does not open. */
  readonly checkpoint: { readonly size: number; readonly rootHash: string } | null
  /** Its signature was verified with a trusted key. */
  readonly signed: boolean
}

interface Fault {
  readonly seq: number
  readonly reason: ProofReason
  readonly detail: string
}

export class ProofVerifier {
  readonly #header: ProofHeader
  readonly #signed: boolean
  readonly #checkpoint: Checkpoint | null
  #chain: LedgerVerifier | null = null
  #next: number
  #fault: Fault | null = null
  #bodies = 0

  /** @param verifiers keys to trust; without them the signature is left alone. */
  constructor(header: ProofHeader, verifiers: readonly NoteVerifier[] | null) {
    this.#header = header
    this.#next = header.range.first
    this.#checkpoint = this.#open(verifiers)
    this.#signed = verifiers !== null && this.#checkpoint !== null
    const size = this.#checkpoint?.size ?? 0
    if (this.#fault === null && size < header.range.last)
      this.#fail('NOT_COVERED', `the checkpoint covers ${size} entries, the range goes on to ${header.range.last}`)
  }

  #open(verifiers: readonly NoteVerifier[] | null): Checkpoint | null {
    const { checkpoint, origin } = this.#header
    try {
      const opened = verifiers === null ? readCheckpoint(checkpoint) : openCheckpoint(checkpoint, origin, verifiers)
      if (opened.origin === origin) return opened
      this.#fail('BAD_CHECKPOINT', 'the checkpoint is another log\u2019s')
    } catch (error) {
      if (!(error instanceof NoteError)) throw error
      this.#fail('BAD_CHECKPOINT', error.message)
    }
    return null
  }

  /** Takes the next entry; null for a line that could not be read. @returns false once something is broken. */
  push(proven: ProvenEntry | null): boolean {
    if (this.#fault !== null || this.#checkpoint === null) return false
    const seq = this.#next
    if (proven === null) return this.#fail('MALFORMED_ENTRY', `the line where entry ${seq} is due cannot be read`)
    if (seq > this.#header.range.last) return this.#fail('OUT_OF_SEQUENCE', 'the entries go on after the range')
    const { entry, inclusion } = proven
    this.#chain ??= this.#begin(proven)
    if (this.#chain === null)
      return this.#fail('NOT_INCLUDED', `the path of entry ${seq} is none, or its predecessor is not named`)
    if (!this.#chain.push(entry)) {
      const { reason, detail } = this.#chain.finish()
      return this.#fail(reason ?? 'MALFORMED_ENTRY', detail ?? 'the entry is not sound')
    }
    const claim = {
      leafIndex: seq - 1,
      treeSize: this.#checkpoint.size,
      leafHash: fromHex(entry.leafHash),
      root: fromHex(this.#checkpoint.rootHash),
    }
    if (!inclusion.every(isHash) || !verifyInclusion({ ...claim, proof: inclusion.map(fromHex) }))
      return this.#fail('NOT_INCLUDED', `entry ${seq} does not stand in the tree that was signed`)
    this.#bodies += entry.body === null ? 0 : 1
    this.#next++
    return true
  }

  #begin({ entry, inclusion }: ProvenEntry): LedgerVerifier | null {
    const { origin, tenant, range } = this.#header
    const frontier = frontierOfInclusion(range.first - 1, this.#checkpoint?.size ?? 0, inclusion)
    const link = entry.previousLink ?? ''
    if (frontier === null || !isHash(link)) return null
    return new LedgerVerifier({ origin, tenant, from: { seq: range.first - 1, link, frontier } })
  }

  #fail(reason: ProofReason, detail: string): false {
    this.#fault = { seq: this.#next, reason, detail }
    return false
  }

  finish(): ProofVerdict {
    const { range } = this.#header
    if (this.#fault === null && this.#next <= range.last)
      this.#fail('TRUNCATED', `the entries end at ${this.#next - 1}, ${range.last} were promised`)
    const checkpoint = this.#checkpoint
    return {
      intact: this.#fault === null,
      range,
      checked: this.#next - range.first,
      bodiesChecked: this.#bodies,
      firstBrokenSeq: this.#fault?.seq ?? null,
      reason: this.#fault?.reason ?? null,
      detail: this.#fault?.detail ?? null,
      checkpoint: checkpoint === null ? null : { size: checkpoint.size, rootHash: checkpoint.rootHash },
      signed: this.#signed,
    }
  }
}
