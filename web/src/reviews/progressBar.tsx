/** How far a review is: a bar, and the numbers it stands for. */
import { t } from '../texts.ts'

export function ProgressBar({ decided, total }: { decided: number; total: number }) {
  const share = total === 0 ? 0 : decided / total
  return (
    <span className="inline-flex min-w-0 items-center gap-2 whitespace-nowrap">
      <span
        role="progressbar"
        aria-label={t.reviews.progressLabel}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={decided}
        aria-valuetext={t.reviews.progress(decided, total)}
        className="h-1.5 w-24 shrink-0 overflow-hidden rounded-full bg-line"
      >
        <span className="block h-full bg-accent-fill" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="tabular-nums">{t.reviews.progress(decided, total)}</span>
    </span>
  )
}
