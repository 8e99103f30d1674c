/** By how much a number differs from the one it is compared with: a sign and words, the colour only repeats them. */
import { t } from '../texts.ts'

interface Props {
  now: number | null
  before: number | null | undefined
  /** What is better, where either is. */
  better?: 'more' | 'less'
  /** How a difference is written. */
  words?: (difference: number) => string
}

export function Change({ now, before, better, words = (n) => n.toLocaleString('en') }: Props) {
  if (before === undefined) return null
  if (before === null || now === null)
    return <span className="block text-[12px] text-muted">{t.workforce.change.unknown}</span>
  const difference = now - before
  const written = words(Math.abs(difference))
  const isSame = difference === 0 || written === words(0)
  const isBetter = better !== undefined && difference > 0 === (better === 'more')
  const tone = isSame || better === undefined ? 'text-muted' : isBetter ? 'text-good' : 'text-bad'
  return (
    <span className={`block text-[12px] ${tone}`}>
      {isSame ? (
        t.workforce.change.same
      ) : (
        <>
          <span aria-hidden>{difference > 0 ? '▲' : '▼'} </span>
          {difference > 0 ? t.workforce.change.more(written) : t.workforce.change.less(written)}
        </>
      )}
    </span>
  )
}
