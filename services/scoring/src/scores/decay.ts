/**
 * How much old evidence still counts.
 *
 * Halved every half-life, and in between on the straight line from one half to
 * the next: continuous, never rising, within 6.1 % of the exponential, and made
 * of additions, multiplications and divisions only, so that every machine
 * computes the same bits (powers and exponentials are not that exact).
 */

/** Older days count for nothing: they would move no score by a hundredth. */
export const horizonDays = 400

/** @param ageDays whole days, from 0. @param halfLifeDays whole days, from 1. @returns from 1 down to 0. */
export function decay(ageDays: number, halfLifeDays: number): number {
  if (ageDays <= 0) return 1
  if (ageDays > horizonDays) return 0
  const halvings = Math.floor(ageDays / halfLifeDays)
  const into = ageDays - halvings * halfLifeDays
  return (1 - into / (2 * halfLifeDays)) / 2 ** halvings
}
