/**
 * How often this process sealed with each data key.
 *
 * Kept apart from the key cache: a key that was evicted or expired and comes
 * back goes on counting where it stopped, else its nonces would have no bound.
 */

/** Keys counted at once; the one met first is forgotten, by then a key of a past month. */
const keysMax = 200_000

export class SealCounts {
  readonly #counts = new Map<string, number>()

  of(id: string): number {
    return this.#counts.get(id) ?? 0
  }

  count(id: string): void {
    const before = this.#counts.get(id)
    if (before === undefined && this.#counts.size >= keysMax) {
      this.#counts.delete(this.#counts.keys().next().value!)
    }
    this.#counts.set(id, (before ?? 0) + 1)
  }
}
