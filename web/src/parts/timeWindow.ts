/**
 * Grafana's time grammar as the server reads it, for showing what a window
 * means before it is asked for. Both read the same vectors in their tests:
 * `services/workforce/src/summary/timeWindow.vectors.json`.
 *
 *   point  = "now" { ("-" | "+") [ digits ] unit | "/" unit }
 *          | ISO 8601 instant with a zone | milliseconds since 1970
 *   window = point [ ".." point ]          the end is now when absent
 *   unit   = s m h d w M Q y               weeks begin on Monday, all in UTC
 *
 * Pure: text and an instant in, instants or null out.
 */

export interface TimeWindow {
  readonly from: Date
  readonly until: Date
}

type Unit = 's' | 'm' | 'h' | 'd' | 'w' | 'M' | 'Q' | 'y'

const fixedMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
const monthsOf = { M: 1, Q: 3, y: 12 } as const
/** Longer amounts or texts are no time anybody means. */
const stepPattern = /([-+])(\d{0,6})([smhdwMQy])|\/([smhdwMQy])/y
const windowLengthMax = 200
const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/
/** Years 1970 to 9999: what PostgreSQL, ISO 8601 and people agree on. */
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
/** 1 January 1970 was a Thursday: Mondays are this far from it. */
const mondayOffsetMs = 4 * fixedMs.d

/** The window a text names at an instant; null for anything that is none, or that ends before it begins. */
export function parseWindow(text: string, nowMs: number): TimeWindow | null {
  if (text.length > windowLengthMax) return null
  const parts = text.split('..')
  if (parts.length > 2) return null
  const from = parsePoint(parts[0]!.trim(), nowMs, 'down')
  const until = parts.length === 2 ? parsePoint(parts[1]!.trim(), nowMs, 'up') : nowMs
  if (from === null || until === null || from > until) return null
  return { from: new Date(from), until: new Date(until) }
}

/** One point in time, in milliseconds since 1970; null for what is none. @param rounding which way `/unit` goes. */
export function parsePoint(text: string, nowMs: number, rounding: 'down' | 'up'): number | null {
  if (text.startsWith('now')) return inRange(stepsFrom(nowMs, text.slice(3), rounding))
  if (/^\d{1,15}$/.test(text)) return inRange(Number(text))
  return instantPattern.test(text) ? inRange(Date.parse(text)) : null
}

function inRange(ms: number | null): number | null {
  return ms !== null && ms >= 0 && ms <= latestMs ? ms : null
}

function stepsFrom(startMs: number, steps: string, rounding: 'down' | 'up'): number | null {
  let at = startMs
  for (let read = 0; read < steps.length; read = stepPattern.lastIndex) {
    stepPattern.lastIndex = read
    const match = stepPattern.exec(steps)
    if (match === null) return null
    if (match[4] !== undefined) {
      const start = unitStart(at, match[4] as Unit)
      at = rounding === 'down' ? start : addUnits(start, 1, match[4] as Unit) - 1
    } else {
      const amount = match[2] === '' ? 1 : Number(match[2])
      at = addUnits(at, match[1] === '-' ? -amount : amount, match[3] as Unit)
    }
    if (!Number.isFinite(at)) return null
  }
  return at
}

/** The beginning of the unit an instant lies in. */
function unitStart(ms: number, unit: Unit): number {
  if (unit === 'w') return floorTo(ms - mondayOffsetMs, fixedMs.w) + mondayOffsetMs
  if (unit in fixedMs) return floorTo(ms, fixedMs[unit as keyof typeof fixedMs])
  const at = new Date(ms)
  const months = monthsOf[unit as keyof typeof monthsOf]
  return Date.UTC(at.getUTCFullYear(), Math.floor(at.getUTCMonth() / months) * months, 1)
}

function addUnits(ms: number, amount: number, unit: Unit): number {
  if (unit in fixedMs) return ms + amount * fixedMs[unit as keyof typeof fixedMs]
  const at = new Date(ms)
  const month = at.getUTCMonth() + amount * monthsOf[unit as keyof typeof monthsOf]
  const lastDay = new Date(Date.UTC(at.getUTCFullYear(), month + 1, 0)).getUTCDate()
  const day = Math.min(at.getUTCDate(), lastDay)
  return Date.UTC(at.getUTCFullYear(), month, day) + (ms - floorTo(ms, fixedMs.d))
}

function floorTo(ms: number, stepMs: number): number {
  return Math.floor(ms / stepMs) * stepMs
}

/**
 * The window of the same length just before: `now-7d` has `now-14d..now-7d`.
 * Null for a text that is no window, or when there is nothing before it.
 */
export function previousWindow(text: string, nowMs: number): string | null {
  const window = parseWindow(text, nowMs)
  if (window === null) return null
  const simple = /^now-(\d{1,6})([smhdwMQy])$/.exec(text.trim())
  if (simple !== null) {
    const before = `now-${Number(simple[1]) * 2}${simple[2]}..${text.trim()}`
    return parseWindow(before, nowMs) === null ? null : before
  }
  const [from, until] = [window.from.getTime(), window.until.getTime()]
  const start = from - (until - from)
  return start < 0 ? null : `${new Date(start).toISOString()}..${window.from.toISOString()}`
}

/** A window between two instants, as the address has it. */
export function absoluteWindow(from: Date, until: Date): string {
  return `${from.toISOString()}..${until.toISOString()}`
}

/** `30` and `d` of `now-30d`; null for anything less plain. */
export function plainSpan(text: string): { readonly amount: number; readonly unit: string } | null {
  const match = /^now-(\d{1,6})([smhdwMQy])$/.exec(text.trim())
  return match === null ? null : { amount: Number(match[1]), unit: match[2]! }
}
