/** What may be done with the chosen row, each with its key, or with the reason why not; and what the last act came to. */
import type { ReactNode } from 'react'
import { Button } from '../parts/button.tsx'
import { FailureNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import type { Review, ReviewItem } from './documents.ts'
import type { Outcome } from './useVerdicts.ts'

export interface Acts {
  keep: () => void
  revoke: () => void
  modify: () => void
  reassign: () => void
  undo: () => void
}

interface Props {
  review: Review
  chosen: ReviewItem | undefined
  undoable: ReviewItem | undefined
  acts: Acts
  outcome: Outcome
  /** About the list: how long it is, and how it is shown. */
  children: ReactNode
}

export function ActBar({ review, chosen, undoable, acts, outcome, children }: Props) {
  const sealed = review.status === 'SIGNED_OFF' ? review.viewerCannotSignOffBecause : null
  const none = sealed ?? (chosen === undefined ? t.reviews.chooseRow : null)
  const cannot = none ?? chosen?.viewerCannotDecideBecause ?? null
  const fixed = none ?? (chosen?.verdict === null ? null : t.reviews.hasVerdict)
  const nothing = sealed ?? (undoable === undefined ? t.reviews.nothingToUndo : null)
  return (
    <>
      <div className="flex items-center gap-3 px-6 pb-2 text-[12.5px] text-muted">
        <div role="toolbar" aria-label={t.reviews.verdict} className="flex items-center gap-2">
          <Act name={t.reviews.acts.keep} shortcut="k" why={cannot} onClick={acts.keep} />
          <Act name={t.reviews.acts.revoke} shortcut="r" why={cannot} onClick={acts.revoke} />
          <Act name={t.reviews.acts.modify} shortcut="m" why={cannot} onClick={acts.modify} />
          <Act name={t.reviews.acts.reassign} shortcut="f" why={fixed} onClick={acts.reassign} />
          <Act name={t.reviews.acts.undo} shortcut="u" why={nothing} onClick={acts.undo} />
        </div>
        <span role="status" className="min-w-0 flex-1 truncate">
          {outcome !== null && 'seq' in outcome ? (
            <span className="text-good" title={outcome.words}>
              {outcome.words} {t.recordedAs} <strong className="font-mono">{outcome.seq}</strong>
            </span>
          ) : (
            none === null && cannot
          )}
        </span>
        {children}
      </div>
      {outcome !== null && 'failure' in outcome && (
        <div className="px-6 pb-2">
          <FailureNote failure={outcome.failure} />
        </div>
      )}
    </>
  )
}

function Act({
  name,
  shortcut,
  why,
  onClick,
}: {
  name: string
  shortcut: string
  why: string | null
  onClick: () => void
}) {
  return (
    <Button size="small" why={why} onClick={onClick} aria-keyshortcuts={shortcut}>
      {name}
      <kbd aria-hidden className="font-mono text-[11px] text-muted">
        {shortcut}
      </kbd>
    </Button>
  )
}
