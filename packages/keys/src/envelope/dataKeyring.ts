/**
 * Envelope encryption: values sealed under data keys, data keys wrapped by a
 * provider. One data key for each (tenant, class, month, subject), so that
 * destroying it forgets a subject or a period.
 *
 * Nonces are 96 random bits. SP 800-38D §8.3 allows 2^32 messages a key then;
 * a process stops at `sealsPerKeyMax` and goes on to the scope's next
 * generation, which leaves room for 256 process lives on one month's key.
 *
 * INVARIANT (forgotten means forgotten): a destroyed key opens nothing here
 * from the moment `destroy` returns, and in any other process within `ttlMs`.
 * What such a process still seals in that time is forgotten along with the rest.
 */
import { randomBytes } from 'node:crypto'
import { newId } from '@muster/kernel'
import { aeadKey, aeadKeyBytes, aeadNonceBytes, aeadOpen, aeadSeal } from '../aead/aesGcm.ts'
import { KeyError } from '../keyError.ts'
import { pooledRandomBytes } from '../randomBytesPool.ts'
import type { KeyContext, KeyProvider } from '../provider/keyProvider.ts'
import {
  checkScope,
  type DataKeyScope,
  type DataKeyStore,
  type DestroyWhat,
  type StoredDataKey,
} from './dataKeyStore.ts'
import { KeyCache, scopeKey, type CachedKey } from './keyCache.ts'
import { SealCounts } from './sealCounts.ts'
import { parseSealed, sealedAad, sealedHeader, type SealedParts } from './sealedFormat.ts'

export const sealsPerKeyMax = 2 ** 24
/** A scope whose key was destroyed this often is a fault, not a wish. */
const generationsMax = 65_536
const noAad = new Uint8Array(0)

export interface DataKeyringOptions {
  store: DataKeyStore
  provider: KeyProvider
  /** The clock the time to live is measured on; milliseconds, monotonic by default. */
  nowMs?: () => number
  /** Keys kept unwrapped at once. */
  cacheMax?: number
  /** How long an unwrapped key is kept, in milliseconds. */
  ttlMs?: number
  /** For tests of the change of generation. */
  sealsMax?: number
}

export class DataKeyring {
  readonly #store: DataKeyStore
  readonly #provider: KeyProvider
  readonly #nowMs: () => number
  readonly #ttlMs: number
  readonly #sealsMax: number
  readonly #cache: KeyCache
  readonly #seals = new SealCounts()
  /** Look-ups under way: callers that arrive meanwhile share them. */
  readonly #pending = new Map<string, Promise<CachedKey>>()
  /** Keys destroyed through this ring: a look-up that raced the destruction must not bring one back. */
  readonly #destroyed = new Set<string>()

  constructor(options: DataKeyringOptions) {
    this.#store = options.store
    this.#provider = options.provider
    this.#nowMs = options.nowMs ?? (() => performance.now())
    this.#ttlMs = options.ttlMs ?? 60_000
    this.#sealsMax = options.sealsMax ?? sealsPerKeyMax
    this.#cache = new KeyCache(options.cacheMax ?? 10_000)
  }

  /** The id of the data key that seals for a scope, made when there is none. Afterwards `sealSync` works for it. */
  async getOrCreate(scope: DataKeyScope): Promise<{ id: string; expiresAtMs: number }> {
    const { id, expiresAtMs } = await this.#sealingKey(scope)
    return { id, expiresAtMs }
  }

  /** Seals bytes; `aad` (for instance the row's id) must be given again to open them. */
  async seal(scope: DataKeyScope, plaintext: Uint8Array, aad: Uint8Array = noAad): Promise<Buffer> {
    return this.#sealWith(await this.#sealingKey(scope), plaintext, aad)
  }

  /**
   * Seals without waiting when the scope's key is at hand, else answers `null`:
   * the caller awaits `getOrCreate` and tries again, or calls `seal`.
   */
  sealSync(scope: DataKeyScope, plaintext: Uint8Array, aad: Uint8Array = noAad): Buffer | null {
    const entry = this.#cache.current(scope, this.#nowMs())
    return entry === undefined || this.#usedUp(entry.id) ? null : this.#sealWith(entry, plaintext, aad)
  }

  /**
   * Opens what `seal` made for this tenant. Throws `KEY_DESTROYED`,
   * `UNKNOWN_KEY` (also for a key of another tenant) or `TAMPERED`.
   */
  async open(tenant: string, sealed: Uint8Array, aad: Uint8Array = noAad): Promise<Buffer> {
    const parts = parseSealed(sealed)
    return openWith(await this.#openingKey(tenant, parts.keyId), parts, aad)
  }

  /** Destroys keys in the store and forgets them here; answers their ids for the receipt. */
  async destroy(tenant: string, what: DestroyWhat): Promise<string[]> {
    const ids = await this.#store.destroy(tenant, what)
    for (const id of ids) this.forget(id)
    return ids
  }

  /** Forgets one destroyed key at once, for instance on another process's notice. */
  forget(id: string): void {
    this.#destroyed.add(id)
    this.#cache.forget(id)
  }

  /** Drops every unwrapped key; they are unwrapped again when needed. */
  clear(): void {
    this.#cache.clear()
  }

  async #sealingKey(scope: DataKeyScope): Promise<CachedKey> {
    const known = this.#cache.current(scope, this.#nowMs())
    if (known !== undefined && !this.#usedUp(known.id)) return known
    checkScope(scope)
    return this.#shared(scopeKey(scope), () => this.#find({ ...scope }))
  }

  /** Walks the scope's generations to the first that is neither destroyed nor used up by this process. */
  async #find(scope: DataKeyScope): Promise<CachedKey> {
    for (let generation = 1; generation <= generationsMax; generation++) {
      const stored = await this.#offer(scope, generation)
      if (stored.wrapped === null || this.#destroyed.has(stored.id) || this.#usedUp(stored.id)) continue
      const entry = await this.#unwrap(stored.id, stored.wrapped, scope)
      // Destroyed while it was being unwrapped: this generation is gone as well.
      if (this.#destroyed.has(entry.id)) continue
      this.#cache.add(entry, true)
      return entry
    }
    throw new KeyError('UNSUPPORTED', `scope \`${scope.class}/${scope.month}\` has no generation left`)
  }

  async #offer(scope: DataKeyScope, generation: number): Promise<StoredDataKey> {
    const id = newId()
    const raw = randomBytes(aeadKeyBytes)
    try {
      const wrapped = await this.#provider.wrapKey(scope.tenant, raw, wrapContext(id, scope))
      return await this.#store.insertOrGet(scope, generation, { id, wrapped })
    } finally {
      raw.fill(0)
    }
  }

  async #openingKey(tenant: string, id: string): Promise<CachedKey> {
    const known = this.#cache.byId(id, this.#nowMs())
    if (known !== undefined) {
      if (known.scope.tenant !== tenant) throw unknownKey(id)
      return known
    }
    return this.#shared(`${tenant.length}:${tenant}#${id}`, async () => {
      const stored = await this.#store.byId(tenant, id)
      if (stored === null || stored.scope.tenant !== tenant) throw unknownKey(id)
      if (stored.wrapped === null || this.#destroyed.has(id)) throw destroyedKey(id)
      const entry = await this.#unwrap(id, stored.wrapped, stored.scope)
      if (this.#destroyed.has(id)) throw destroyedKey(id)
      this.#cache.add(entry, false)
      return entry
    })
  }

  async #unwrap(id: string, wrapped: Uint8Array, scope: DataKeyScope): Promise<CachedKey> {
    const raw = await this.#provider.unwrapKey(scope.tenant, wrapped, wrapContext(id, scope))
    try {
      return { id, scope, key: aeadKey(raw), expiresAtMs: this.#nowMs() + this.#ttlMs }
    } finally {
      raw.fill(0)
    }
  }

  #usedUp(id: string): boolean {
    return this.#seals.of(id) >= this.#sealsMax
  }

  #sealWith(entry: CachedKey, plaintext: Uint8Array, aad: Uint8Array): Buffer {
    this.#seals.count(entry.id)
    const header = sealedHeader(entry.id)
    const nonce = pooledRandomBytes(aeadNonceBytes)
    const body = aeadSeal(entry.key, nonce, plaintext, sealedAad(header, entry.scope, aad))
    return Buffer.concat([header, nonce, body])
  }

  /** Whoever began a look-up did so under their own rights: when it fails, those who joined ask under theirs. */
  #shared(name: string, work: () => Promise<CachedKey>): Promise<CachedKey> {
    const running = this.#pending.get(name)
    if (running !== undefined) return running.catch(work)
    const started = work().finally(() => this.#pending.delete(name))
    this.#pending.set(name, started)
    return started
  }
}

function wrapContext(id: string, scope: DataKeyScope): KeyContext {
  return { purpose: 'data', key: id, class: scope.class, month: scope.month, subject: scope.subject }
}

function openWith(entry: CachedKey, parts: SealedParts, aad: Uint8Array): Buffer {
  return aeadOpen(entry.key, parts.nonce, parts.body, sealedAad(parts.header, entry.scope, aad))
}

function unknownKey(id: string): KeyError {
  return new KeyError('UNKNOWN_KEY', `no data key \`${id}\` in this tenant`)
}

function destroyedKey(id: string): KeyError {
  return new KeyError('KEY_DESTROYED', `data key \`${id}\` was destroyed`)
}
