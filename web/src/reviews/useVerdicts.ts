/**
 * Leaving and taking back verdicts from the list: several may be on their way
 * at once. A row shows its verdict when the server recorded it, not before.
 */
import { useCallback, useRef, useState } from 'react'
import { useAct, type RefusedResult } from '../graph/useAct.ts'
import type { Failure } from '../graph/requestFailure.ts'
import { t } from '../texts.ts'
import { decideItem, withdrawVerdict, type Changed, type ReviewItem } from './documents.ts'

type Decided = Changed<'ReviewItemDecided'>
type Withdrawn = Changed<'ReviewVerdictWithdrawn'>
const decided = (data: { changed: Decided | RefusedResult }): Decided | RefusedResult => data.changed
const withdrawn = (data: { changed: Withdrawn | RefusedResult }): Withdrawn | RefusedResult => data.changed

/** What the last act came to, in words for the line above the list. */
export type Outcome = { readonly words: string; readonly seq: string } | { readonly failure: Failure } | null

export interface Verdicts {
  /** Items whose act is being recorded. */
  readonly recording: ReadonlySet<string>
  readonly outcome: Outcome
  readonly tell: (outcome: Outcome) => void
  readonly keep: (item: ReviewItem) => void
  readonly undo: (item: ReviewItem) => void
}

export function grantWords({ agentSlug, tool, action }: ReviewItem): string {
  return `${agentSlug} · ${tool}${action === null ? '' : ` · ${action}`}`
}

/** @param onChanged after each act that was recorded. */
export function useVerdicts(onChanged: (id: string) => void): Verdicts {
  const [, decide] = useAct(decideItem, decided)
  const [, withdraw] = useAct(withdrawVerdict, withdrawn)
  const [recording, setRecording] = useState<ReadonlySet<string>>(new Set())
  const [outcome, tell] = useState<Outcome>(null)
  const under = useRef(new Set<string>())
  const act = useCallback(
    async (item: ReviewItem, words: string, run: () => ReturnType<typeof decide> | ReturnType<typeof withdraw>) => {
      // A second press of a key while the first is on its way is the same act.
      if (under.current.has(item.id)) return
      under.current.add(item.id)
      setRecording(new Set(under.current))
      const next = await run()
      under.current.delete(item.id)
      setRecording(new Set(under.current))
      if (next.state === 'done') tell({ words, seq: next.result.receipt.seq })
      else if (next.state === 'refused') tell({ failure: next.failure })
      onChanged(item.id)
    },
    [onChanged],
  )
  const keep = useCallback(
    (item: ReviewItem) =>
      void act(item, t.reviews.decided(t.reviews.verdictOf('RECERTIFIED', false), grantWords(item)), () =>
        decide({ input: { itemId: item.id, verdict: 'RECERTIFIED', expectedVersion: item.version } }),
      ),
    [act, decide],
  )
  const undo = useCallback(
    (item: ReviewItem) =>
      void act(item, t.reviews.undone(grantWords(item)), () =>
        withdraw({ input: { itemId: item.id, expectedVersion: item.version } }),
      ),
    [act, withdraw],
  )
  return { recording, outcome, tell, keep, undo }
}
