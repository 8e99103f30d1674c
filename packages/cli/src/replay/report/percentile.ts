/**
 * Percentiles by nearest rank: always a value that was measured, never one
 * between two. Pure.
 */

/** @param sorted ascending. @param share in (0, 1], e.g. 0.95. @returns null for no values. */
export function percentile(sorted: readonly number[], share: number): number | null {
  if (!(share > 0 && share <= 1)) throw new RangeError(`\`${share}\` is no share`)
  if (sorted.length === 0) return null
  return sorted[Math.ceil(share * sorted.length) - 1] ?? null
}
