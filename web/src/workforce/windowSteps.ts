/**
 * Steps from one window to another, as keys and dragging take them. What comes
 * out is a window in the address's words. Pure.
 */
import { absoluteWindow, parseWindow, plainSpan } from '../parts/timeWindow.ts'

/** Twice as long around the same middle; a plain span to now stays one. Null where it is none, or begins before 1970. */
export function zoomedOut(text: string, nowMs: number): string | null {
  const plain = plainSpan(text)
  if (plain !== null) {
    const wider = `now-${plain.amount * 2}${plain.unit}`
    return parseWindow(wider, nowMs) === null ? null : wider
  }
  const window = parseWindow(text, nowMs)
  if (window === null) return null
  const [from, until] = [window.from.getTime(), window.until.getTime()]
  const half = Math.max((until - from) / 2, 1_800_000)
  const end = Math.min(until + half, nowMs)
  return from - half < 0 ? null : absoluteWindow(new Date(from - half), new Date(Math.max(end, from)))
}

/** Half a window earlier or later; never past now, never before 1970: then null. */
export function shifted(text: string, nowMs: number, to: 'earlier' | 'later'): string | null {
  const window = parseWindow(text, nowMs)
  if (window === null) return null
  const [from, until] = [window.from.getTime(), window.until.getTime()]
  const half = (until - from) / 2
  const by = to === 'earlier' ? -half : Math.min(half, nowMs - until)
  if (by === 0 || from + by < 0) return null
  return absoluteWindow(new Date(from + by), new Date(until + by))
}

/** From the first marked bucket's begin to the last one's end, within the window. Null where that is the whole window. */
export function zoomedTo(
  window: { from: string; until: string },
  stepSeconds: number,
  first: string,
  last: string,
): string | null {
  const [from, until] = [Date.parse(window.from), Date.parse(window.until)]
  const start = Math.max(from, Date.parse(first))
  const end = Math.min(until, Date.parse(last) + stepSeconds * 1_000)
  return end <= start || (start === from && end === until) ? null : absoluteWindow(new Date(start), new Date(end))
}
