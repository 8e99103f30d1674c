/**
 * The signer that holds private keys in its own process: keys made on first
 * use, wrapped by the provider, kept by the store.
 *
 * INVARIANT (active signs): before a signature is made the key's state is read
 * from the store, at most `stateTtlMs` ago and never before a rotation that
 * went through this signer.
 */
import type { KeyObject } from 'node:crypto'
import { createSecretKey } from 'node:crypto'
import { newId, type Clock } from '@muster/kernel'
import { KeyError } from '../keyError.ts'
import type { KeyContext, KeyProvider } from '../provider/keyProvider.ts'
import { generateKey, importPrivate, signEd25519, signEs256 } from './signatures.ts'
import type { PublicKeyRecord, Rotation, Signature, Signer, SigningPurpose } from './signer.ts'
import {
  activeKey,
  dueRetirements,
  keyAlgorithms,
  mayVerify,
  planRotation,
  rotationDue,
  type KeyPurpose,
  type SigningKeyRecord,
} from './signingKey.ts'
import type { SigningKeyStore } from './signingKeyStore.ts'

export interface LocalSignerOptions {
  store: SigningKeyStore
  provider: KeyProvider
  clock: Clock
  /** How long a key's state may be remembered, in milliseconds. */
  stateTtlMs?: number
}

/** A permit MAC key and whether it still mints. */
export interface PermitKey {
  id: string
  key: KeyObject
  mints: boolean
}

interface Remembered {
  readonly record: SigningKeyRecord
  readonly key: KeyObject
  readonly untilMs: number
}

/** Creation on first use races with other processes; a lost race is settled by reading again. */
const attemptsMax = 5

export class LocalSigner implements Signer {
  readonly #store: SigningKeyStore
  readonly #provider: KeyProvider
  readonly #clock: Clock
  readonly #stateTtlMs: number
  readonly #active = new Map<string, Remembered>()

  constructor(options: LocalSignerOptions) {
    this.#store = options.store
    this.#provider = options.provider
    this.#clock = options.clock
    this.#stateTtlMs = options.stateTtlMs ?? 30_000
  }

  async sign(tenant: string, purpose: SigningPurpose, message: Uint8Array): Promise<Signature> {
    const { record, key } = await this.#signingKey(tenant, purpose)
    const signature = record.algorithm === 'Ed25519' ? signEd25519(key, message) : signEs256(key, message)
    return { keyId: record.id, algorithm: record.algorithm, signature }
  }

  async activeKeyId(tenant: string, purpose: SigningPurpose): Promise<string> {
    const { record } = await this.#signingKey(tenant, purpose)
    return record.id
  }

  async publicKeys(tenant: string, purpose: SigningPurpose): Promise<PublicKeyRecord[]> {
    const history = await this.#store.history(tenant, purpose)
    return history.flatMap(({ id, algorithm, state, publicJwk, createdAtMs, retiringAtMs, retiredAtMs }) =>
      publicJwk === null
        ? []
        : [{ keyId: id, purpose, algorithm, state, publicJwk, createdAtMs, retiringAtMs, retiredAtMs }],
    )
  }

  async rotate(tenant: string, purpose: KeyPurpose, reason: 'scheduled' | 'emergency'): Promise<Rotation> {
    const history = await this.#store.history(tenant, purpose)
    const plan = planRotation(history, await this.#newRecord(tenant, purpose), reason, this.#clock.nowMs())
    const committed = await this.#store.rotate(plan)
    this.#active.delete(nameOf(tenant, purpose))
    if (!committed) throw new KeyError('ROTATION_CONFLICT', `another rotation of the ${purpose} key came first`)
    return { keyId: plan.insert.id, formerKeyId: plan.update?.id ?? null, reason: plan.reason }
  }

  /** What a timer does: rotates when due, retires what has been retiring long enough. */
  async maintain(tenant: string, purpose: KeyPurpose): Promise<{ rotated: Rotation | null; retired: string[] }> {
    const history = await this.#store.history(tenant, purpose)
    const retired = dueRetirements(history, this.#clock.nowMs())
    if (retired.length > 0) await this.#store.retire(retired)
    const rotated = rotationDue(history, this.#clock.nowMs()) ? await this.rotate(tenant, purpose, 'scheduled') : null
    return { rotated, retired: retired.map(({ id }) => id) }
  }

  /** The tenant's permit keys, the minting one first; made on first use. */
  async permitKeys(tenant: string): Promise<PermitKey[]> {
    const { record: minting } = await this.#signingKey(tenant, 'permit')
    const history = (await this.#store.history(tenant, 'permit')).filter(mayVerify)
    const ordered = [...history.filter(({ id }) => id === minting.id), ...history.filter(({ id }) => id !== minting.id)]
    const keys: PermitKey[] = []
    for (const record of ordered) {
      if (record.wrapped === null) continue
      keys.push({ id: record.id, key: await this.#open(record, record.wrapped), mints: record.state === 'active' })
    }
    return keys
  }

  async #signingKey(tenant: string, purpose: KeyPurpose): Promise<Remembered> {
    const name = nameOf(tenant, purpose)
    const known = this.#active.get(name)
    if (known !== undefined && known.untilMs > performance.now()) return known
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const record = activeKey(await this.#store.history(tenant, purpose))
      if (record !== null && record.wrapped !== null) {
        const key = known?.record.id === record.id ? known.key : await this.#open(record, record.wrapped)
        const remembered = { record, key, untilMs: performance.now() + this.#stateTtlMs }
        this.#active.set(name, remembered)
        return remembered
      }
      const insert = await this.#newRecord(tenant, purpose)
      await this.#store.rotate({ insert, update: null, reason: 'first' }) // false: somebody else made it
    }
    throw new KeyError('KEY_NOT_ACTIVE', `no active ${purpose} key`)
  }

  async #newRecord(tenant: string, purpose: KeyPurpose): Promise<SigningKeyRecord> {
    const id = newId(this.#clock.nowMs())
    const algorithm = keyAlgorithms[purpose]
    const { publicJwk, privateBytes } = generateKey(algorithm)
    try {
      return {
        id,
        tenant,
        purpose,
        algorithm,
        state: 'active',
        publicJwk,
        wrapped: await this.#provider.wrapKey(tenant, privateBytes, wrapContext(id, purpose)),
        createdAtMs: this.#clock.nowMs(),
        retiringAtMs: null,
        retiredAtMs: null,
      }
    } finally {
      privateBytes.fill(0)
    }
  }

  async #open(record: SigningKeyRecord, wrapped: Uint8Array): Promise<KeyObject> {
    return openSigningKey(this.#provider, record.tenant, record.purpose, record.id, wrapped)
  }
}

/**
 * Unwraps a private half: for the signer, and for whoever mints permits and
 * gets the wrapped MAC key from the store directly.
 */
export async function openSigningKey(
  provider: KeyProvider,
  tenant: string,
  purpose: KeyPurpose,
  id: string,
  wrapped: Uint8Array,
): Promise<KeyObject> {
  const bytes = await provider.unwrapKey(tenant, wrapped, wrapContext(id, purpose))
  try {
    return keyAlgorithms[purpose] === 'HS256' ? createSecretKey(bytes) : importPrivate(bytes)
  } finally {
    bytes.fill(0)
  }
}

function wrapContext(id: string, purpose: KeyPurpose): KeyContext {
  return { purpose: `signing/${purpose}`, key: id }
}

function nameOf(tenant: string, purpose: KeyPurpose): string {
  return `${purpose}/${tenant}`
}
