/** A window in words, for the button that changes it; apart from the form, which is loaded when it is opened. */
import type { ReactNode } from 'react'
import { CalendarClock } from 'lucide-react'
import { t } from '../texts.ts'
import { minute } from './time.tsx'
import { parseWindow, plainSpan, previousWindow } from './timeWindow.ts'

/** What a window is called: `last 30 days`, or its two ends. */
export function windowWords(value: string): string {
  const named = t.timeRange.usual[value]
  if (named !== undefined) return named
  const span = plainSpan(value)
  if (span !== null) return t.timeRange.last(span.amount, span.unit)
  const window = parseWindow(value, Date.now())
  return window === null ? value : `${minute(window.from)} – ${minute(window.until)}`
}

/** What the button shows. */
export function windowButton(value: string, compare: boolean | undefined): ReactNode {
  const before = compare === true ? previousWindow(value, Date.now()) : null
  return (
    <>
      <CalendarClock size={15} aria-hidden />
      {windowWords(value)}
      {before !== null && <span className="text-muted">{t.timeRange.comparedShort}</span>}
    </>
  )
}
