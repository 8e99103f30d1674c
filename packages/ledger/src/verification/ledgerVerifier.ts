/**
 * Verification of one ledger, entry by entry, in memory that does not grow.
 *
 * Everything is recomputed from what is published: the leaf from the body where
 * the reader has it, the link from number, predecessor and leaf, the Merkle
 * root from the leaves; checkpoints then tie the whole to what was signed. It
 * asks nothing of the server and runs in Node, in the browser and offline.
 *
 * INVARIANT (the first break): the verdict names the first sequence number that
 * has no sound entry; nothing after it is believed.
 */
import { isHash } from '@muster/canonical-json'
import { fromHex, sameBytes, toHex } from '../bytes.ts'
import { CompactRange, type StoredFrontier } from '../merkle/compactRange.ts'
import type { NoteVerifier } from '../notes/verifierKey.ts'
import { genesisLink, leafHash, linkHash } from '../receipt/chain.ts'
import { BadReceiptBody, parseReceiptBody } from '../receipt/receiptBody.ts'
import { earlier, planCheckpoints, type CheckpointPlan } from './checkpointPlan.ts'
import type { Break, BreakReason, LedgerEntry, LedgerVerdict } from './verdict.ts'

/** Where an earlier verification ended; the next one may go on from there. */
export interface VerifiedPoint {
  readonly seq: number
  /** Link at `seq`, lower-case hex. */
  readonly link: string
  readonly frontier: StoredFrontier
}

export interface LedgerHead {
  readonly seq: number
  readonly link?: string | null
  readonly rootHash?: string | null
}

export interface VerifierOptions {
  /** The tenant's random origin id. */
  readonly origin: string
  /** The tenant every body must name; without it, the one the first body names. */
  readonly tenant?: string
  /** Signed checkpoints in the order they were issued. */
  readonly checkpoints?: readonly string[]
  /** Checkpoints the reader kept itself, smallest first; the ledger must contain each of them. */
  readonly kept?: readonly string[]
  /** Keys to trust for checkpoints; without them roots are compared and signatures left alone. */
  readonly verifiers?: readonly NoteVerifier[]
  /** Begin after this point instead of at the genesis. */
  readonly from?: VerifiedPoint
  /** The head published beside the entries; it must be the one they lead to. */
  readonly head?: LedgerHead
}

export class LedgerVerifier {
  readonly #plan: CheckpointPlan
  readonly #head: LedgerHead | null
  readonly #range: CompactRange
  readonly #start: number
  #seq: number
  #link: Uint8Array
  #tenant: string | null
  #break: Break | null = null
  #bodies = 0
  #matched = 0
  #signed = 0
  /** Size of the last checkpoint that matched: a mismatch lies after it. */
  #vouched: number

  /** @throws RangeError when `from` does not hold together. */
  constructor(options: VerifierOptions) {
    const { from } = options
    const lists = [options.checkpoints ?? [], options.kept ?? []]
    this.#plan = planCheckpoints(lists, options.origin, options.verifiers ?? null)
    this.#head = options.head ?? null
    this.#tenant = options.tenant ?? null
    this.#range = from === undefined ? new CompactRange() : CompactRange.restore(from.frontier)
    if (from !== undefined && (from.frontier.size !== from.seq || !isHash(from.link))) {
      throw new RangeError('the point to go on from does not hold together')
    }
    this.#seq = from?.seq ?? 0
    this.#start = this.#seq
    this.#vouched = this.#seq
    this.#link = from === undefined ? genesisLink(options.origin) : fromHex(from.link)
    this.#compareCheckpoints()
  }

  /** True once something is broken; further entries are not looked at. */
  get broken(): boolean {
    return this.#break !== null
  }

  /** Takes the next entry. @returns false once the ledger is broken. */
  push(entry: LedgerEntry): boolean {
    if (this.#break === null) this.#break = this.#take(entry)
    if (this.#break === null) this.#compareCheckpoints()
    return this.#break === null
  }

  #take(entry: LedgerEntry): Break | null {
    const due = this.#seq + 1
    const at = (reason: BreakReason, detail: string): Break => ({ reason, seq: due, lastSeq: due, detail })
    const seq = readSeq(entry.seq)
    const { leafHash: leafHex, link: linkHex, previousLink, body } = entry
    if (seq === null || !isHash(leafHex) || !isHash(linkHex) || (body !== null && typeof body !== 'string')) {
      return at('MALFORMED_ENTRY', `the entry where ${due} is due has a field of the wrong form`)
    }
    if (seq !== due) return at('OUT_OF_SEQUENCE', `entry ${seq} stands where ${due} is due`)
    const leaf = fromHex(leafHex)
    if (body !== null) {
      if (!sameBytes(leafHash(body), leaf))
        return at('LEAF_MISMATCH', `the body of entry ${seq} is not what was hashed`)
      const fault = this.#checkBody(body, entry)
      if (fault !== null) return at(...fault)
      this.#bodies++
    }
    if (previousLink !== undefined && previousLink !== null && previousLink !== toHex(this.#link)) {
      return at('PREVIOUS_LINK_MISMATCH', `entry ${seq} names another predecessor than entry ${seq - 1}`)
    }
    const link = linkHash(seq, this.#link, leaf)
    if (!sameBytes(link, fromHex(linkHex))) {
      return at('LINK_MISMATCH', `the link of entry ${seq} does not follow from entry ${seq - 1} and its leaf`)
    }
    this.#seq = seq
    this.#link = link
    this.#range.append(leaf)
    return null
  }

  #checkBody(text: string, entry: LedgerEntry): [BreakReason, string] | null {
    try {
      const body = parseReceiptBody(text)
      this.#tenant ??= body.tenant
      if (body.tenant !== this.#tenant) return ['BODY_DISAGREES', `entry ${entry.seq} is another tenant's`]
      for (const label of ['type', 'id', 'occurredAt'] as const) {
        const said = entry[label]
        if (said !== undefined && said !== null && said !== body[label]) {
          return ['BODY_DISAGREES', `entry ${entry.seq} is labelled \`${said}\`, its body says \`${body[label]}\``]
        }
      }
      return null
    } catch (error) {
      if (error instanceof BadReceiptBody) return ['BAD_BODY', `entry ${entry.seq}: ${error.message}`]
      throw error
    }
  }

  #compareCheckpoints(): void {
    const due = this.#plan.bySize.get(this.#seq)
    if (due === undefined) return
    const root = toHex(this.#range.root())
    for (const checkpoint of due) {
      if (checkpoint.rootHash !== root) {
        const seq = Math.min(this.#vouched + 1, Math.max(1, this.#seq))
        const lastSeq = Math.max(seq, this.#seq)
        const detail = `the entries from ${seq} to ${lastSeq} are not the ones the checkpoint for ${this.#seq} covers`
        this.#break = { reason: 'CHECKPOINT_MISMATCH', seq, lastSeq, detail }
        return
      }
      this.#matched++
      if (checkpoint.signed) this.#signed++
    }
    this.#vouched = this.#seq
  }

  /** The point reached, for going on later; null when something is broken. */
  point(): VerifiedPoint | null {
    return this.#break === null ? { seq: this.#seq, link: toHex(this.#link), frontier: this.#range.store() } : null
  }

  /** The verdict over everything pushed. */
  finish(): LedgerVerdict {
    const found = earlier(earlier(this.#break, this.#plan.fault), this.#break === null ? this.#checkEnd() : null)
    return {
      intact: found === null,
      checked: this.#seq - this.#start,
      firstBrokenSeq: found?.seq ?? null,
      brokenRange: found === null ? null : [found.seq, found.lastSeq],
      reason: found?.reason ?? null,
      detail: found?.detail ?? null,
      headSeq: this.#seq,
      headLink: toHex(this.#link),
      rootHash: toHex(this.#range.root()),
      bodiesChecked: this.#bodies,
      checkpointsMatched: this.#matched,
      checkpointsVerified: this.#signed,
    }
  }

  #checkEnd(): Break | null {
    const last = this.#seq
    const head = this.#head
    const promised = Math.max(this.#plan.largest, head?.seq ?? 0)
    if (promised > last) {
      const detail = `the entries end at ${last}, ${promised} were promised`
      return { reason: 'TRUNCATED', seq: last + 1, lastSeq: promised, detail }
    }
    if (head === null) return null
    const place = (detail: string, seq: number): Break => ({ reason: 'HEAD_MISMATCH', seq, lastSeq: last, detail })
    if (head.seq < last) return place(`the head named is ${head.seq}, the entries go on to ${last}`, head.seq + 1)
    const link = head.link ?? null
    const rootHash = head.rootHash ?? null
    if (link !== null && link !== toHex(this.#link)) return place('the head names another link', Math.max(1, last))
    if (rootHash !== null && rootHash !== toHex(this.#range.root())) {
      return place('the head names another root', Math.max(1, last))
    }
    return null
  }
}

function readSeq(value: unknown): number | null {
  const seq = typeof value === 'string' && /^[1-9][0-9]{0,15}$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(seq) && (seq as number) >= 1 ? (seq as number) : null
}
