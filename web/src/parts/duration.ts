/** How long, and how long ago, in words of the page's language: one unit, the largest that fits, rounded. Pure. */

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

function inUnit(ms: number): { amount: number; unit: 'second' | (typeof units)[number][0] } {
  const seconds = Math.round(Math.abs(ms) / 1_000)
  for (const [unit, length] of units) {
    if (seconds >= length) return { amount: Math.round(seconds / length), unit }
  }
  return { amount: seconds, unit: 'second' }
}

/** `3 minutes ago`, `in 2 hours`. @param ms from now; the past is below zero. */
export function fromNow(ms: number, language: string): string {
  const { amount, unit } = inUnit(ms)
  return new Intl.RelativeTimeFormat(language).format(ms > 0 ? amount : -amount, unit)
}

/** `3 minutes`. */
export function duration(ms: number, language: string): string {
  const { amount, unit } = inUnit(ms)
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(amount)
}
