/**
 * Was the database set back? A comparison with what was kept outside of it.
 * Pure: facts in, a finding or none out.
 *
 * INVARIANT (a promise is kept or named): a log signs nothing while the last
 * checkpoint that left its database is not a prefix of what the database holds.
 */
export interface Rewind {
  reason:
    /** Fewer entries than were signed for. */
    | 'SHORTER'
    /** As many, but other ones. */
    | 'FORKED'
    /** The kept checkpoint opens with none of the log's keys: nothing can be compared. */
    | 'UNREADABLE'
  /** Entries the kept checkpoint covers; null when it cannot be read. */
  keptSize: number | null
  /** Entries the database holds. */
  headSeq: number
}

export interface RewindFacts {
  headSeq: number
  /** The checkpoint kept outside; `null`: none was kept yet; `'UNREADABLE'`: one that opens with no key. */
  kept: { size: number; rootHash: string } | null | 'UNREADABLE'
  /** The root that the database gives for the kept size, lower-case hex; null when it holds fewer. */
  rootAtKept: string | null
}

export function judgeRewind({ headSeq, kept, rootAtKept }: RewindFacts): Rewind | null {
  if (kept === null) return null
  if (kept === 'UNREADABLE') return { reason: 'UNREADABLE', keptSize: null, headSeq }
  if (headSeq < kept.size) return { reason: 'SHORTER', keptSize: kept.size, headSeq }
  if (rootAtKept !== kept.rootHash) return { reason: 'FORKED', keptSize: kept.size, headSeq }
  return null
}
