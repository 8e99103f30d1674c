/**
 * Do these hashes agree? Stored, recomputed and sent must be the same hash, and
 * a missing one agrees with nothing, not even with another missing one.
 *
 * INVARIANT (no null match): anything but 64 lower-case hexadecimal characters
 * makes the answer false.
 */
const hashPattern = /^[0-9a-f]{64}$/

/** True for the lower-case hex form of a SHA-256 hash. */
export function isHash(text: unknown): text is string {
  return typeof text === 'string' && hashPattern.test(text)
}

/**
 * True when two or more well-formed hashes are all equal. The comparison reads
 * every character whatever differs, so its time says nothing about where.
 */
export function hashesAgree(first: unknown, ...others: readonly unknown[]): boolean {
  if (others.length === 0 || !isHash(first)) return false
  let difference = 0
  for (const other of others) {
    if (!isHash(other)) return false
    for (let at = 0; at < 64; at++) difference |= first.charCodeAt(at) ^ other.charCodeAt(at)
  }
  return difference === 0
}
