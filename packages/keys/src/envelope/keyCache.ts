/**
 * Unwrapped data keys, kept for a while.
 *
 * Bounded in number (least recently used goes first) and in time, so that a
 * key destroyed by another process is forgotten here within the time to live.
 */
import type { KeyObject } from 'node:crypto'
import type { DataKeyScope } from './dataKeyStore.ts'

export interface CachedKey {
  readonly id: string
  readonly scope: DataKeyScope
  readonly key: KeyObject
  readonly expiresAtMs: number
}

export class KeyCache {
  readonly #max: number
  readonly #byId = new Map<string, CachedKey>()
  /** The id that seals for a scope. */
  readonly #current = new Map<string, string>()

  constructor(max: number) {
    this.#max = Math.max(1, max)
  }

  byId(id: string, nowMs: number): CachedKey | undefined {
    const entry = this.#byId.get(id)
    if (entry === undefined) return undefined
    if (entry.expiresAtMs <= nowMs) {
      this.forget(id)
      return undefined
    }
    this.#byId.delete(id)
    this.#byId.set(id, entry)
    return entry
  }

  current(scope: DataKeyScope, nowMs: number): CachedKey | undefined {
    const id = this.#current.get(scopeKey(scope))
    return id === undefined ? undefined : this.byId(id, nowMs)
  }

  add(entry: CachedKey, sealsForScope: boolean): void {
    this.#byId.delete(entry.id)
    while (this.#byId.size >= this.#max) this.forget(this.#byId.keys().next().value!)
    this.#byId.set(entry.id, entry)
    if (sealsForScope) this.#current.set(scopeKey(entry.scope), entry.id)
  }

  forget(id: string): void {
    const entry = this.#byId.get(id)
    if (entry === undefined) return
    this.#byId.delete(id)
    const name = scopeKey(entry.scope)
    if (this.#current.get(name) === id) this.#current.delete(name)
  }

  clear(): void {
    this.#byId.clear()
    this.#current.clear()
  }

  get size(): number {
    return this.#byId.size
  }
}

/** Injective: no part of a checked scope but the subject, which stands last, may hold a slash. */
export function scopeKey(scope: DataKeyScope): string {
  return `${scope.tenant.length}:${scope.tenant}/${scope.class}/${scope.month}/${scope.subject}`
}
