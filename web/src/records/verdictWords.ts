/** A verdict in sentences, in the order a person asks: does it hold, where not, and who vouches. Pure. */
import { t } from '../texts.ts'
import type { VerifyNews } from './verifyProtocol.ts'

export type Done = Extract<VerifyNews, { kind: 'done' }>

/** @param ago words for an instant, e.g. `2 days ago`. */
export function verdictWords(
  { verdict, total, range, checkpoint, signedBy, remembered }: Done,
  ago: (instant: string) => string,
): string[] {
  if (!verdict.intact) {
    const [first, last] = verdict.brokenRange ?? [verdict.firstBrokenSeq ?? 1, verdict.firstBrokenSeq ?? 1]
    return [
      first === last ? t.records.brokenAt(first) : t.records.brokenRange(first, last),
      ...(remembered !== null && remembered.size > total ? [t.records.rewound(remembered.size, total)] : []),
      ...(verdict.reason === null ? [] : [t.records.reasons[verdict.reason] ?? verdict.reason]),
      t.records.soundBefore(Math.min(verdict.checked, first - 1)),
    ]
  }
  const words = [range === null ? t.records.intact(verdict.headSeq) : t.records.intactRange(range.first, range.last)]
  if (verdict.checked > 0) words.push(t.records.bodies(verdict.bodiesChecked, verdict.checked))
  if (range !== null && verdict.checkpointsMatched === 0) return [...words, t.records.rangeUncovered]
  if (checkpoint === null) words.push(t.records.noCheckpoint)
  else if (verdict.checkpointsVerified > 0) words.push(t.records.checkpoint(checkpoint.size, signedBy ?? t.none))
  else words.push(t.records.checkpointUnsigned(checkpoint.size))
  if (range !== null) return words
  if (remembered !== null) words.push(t.records.remembered(remembered.size, ago(remembered.seenAt)))
  else if (checkpoint !== null) words.push(t.records.remembering)
  return words
}
