/**
 * The moments of a history: when people and agents are at work. Pure.
 *
 * Whole days before the last follow the calendar, in UTC; the last day is told
 * from its end, so that there is something new whenever the demo was made.
 */
export interface Moment {
  daysAgo: number
  /** What the moment is for. */
  kind: 'opening' | 'work' | 'verdicts' | 'evening'
  atMs: number
  isWeekend: boolean
}

const minuteMs = 60_000
const dayMs = 86_400_000
export const historyDays = 30

/** Minutes after midnight: work is asked for, then looked at within the hour. */
const workingDay = [
  ['opening', 8 * 60 + 5],
  ['work', 9 * 60 + 10],
  ['verdicts', 9 * 60 + 34],
  ['work', 13 * 60 + 40],
  ['verdicts', 14 * 60 + 26],
  ['evening', 17 * 60 + 45],
] as const
const weekendDay = [
  ['opening', 9 * 60],
  ['work', 11 * 60 + 20],
  ['evening', 16 * 60],
] as const
/** Minutes before the end. */
const lastDay = [
  ['opening', 175],
  ['work', 160],
  ['verdicts', 128],
  ['work', 52],
  ['evening', 9],
] as const

/** When the first company is founded: in the morning of the first day. */
export function foundingMs(endMs: number): number {
  return midnight(endMs) - historyDays * dayMs + 6 * 60 * minuteMs
}

/** Every moment, in order. @param endMs the present. */
export function momentsUntil(endMs: number): Moment[] {
  const moments: Moment[] = []
  for (let daysAgo = historyDays; daysAgo >= 1; daysAgo--) {
    const start = midnight(endMs) - daysAgo * dayMs
    const isWeekend = [0, 6].includes(new Date(start).getUTCDay())
    for (const [kind, minutes] of isWeekend ? weekendDay : workingDay)
      moments.push({ daysAgo, kind, atMs: start + minutes * minuteMs, isWeekend })
  }
  for (const [kind, minutes] of lastDay)
    moments.push({ daysAgo: 0, kind, atMs: endMs - minutes * minuteMs, isWeekend: false })
  return moments
}

function midnight(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs
}
