/**
 * A bounded memo in two generations.
 *
 * New and re-used entries live in the young generation; when it is full it
 * becomes the old one and what was old is dropped. A hit costs one or two map
 * look-ups, and nothing older than two generations survives.
 */
export class BoundedMemo<V> {
  readonly #generationMax: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()

  /** @param max entries kept at most, both generations together. */
  constructor(max: number) {
    this.#generationMax = Math.max(1, Math.floor(max / 2))
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: string, value: V): void {
    if (this.#young.size >= this.#generationMax) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }
}
