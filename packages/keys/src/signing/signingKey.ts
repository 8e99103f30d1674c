/**
 * Signing keys: what they are for and the life they lead.
 *
 * active → retiring → retired, one way. An active key signs; a retiring one
 * signs no more but is still published with the current ones; a retired one
 * has lost its private half. All of them verify for ever: a signature made in
 * time stays good.
 *
 * Pure: records in, records out; keeping them is the store's.
 *
 * INVARIANT (one signs): of a tenant's keys for one purpose at most one is active.
 */
import type { JWK } from 'jose'
import { KeyError } from '../keyError.ts'

export const keyStates = ['active', 'retiring', 'retired'] as const
export type KeyState = (typeof keyStates)[number]

/** What each purpose signs with. `permit` is a MAC: its key is secret on both sides. */
export const keyAlgorithms = {
  /** Receipts and checkpoints, per tenant. */
  ledger: 'Ed25519',
  /** Access tokens, for the whole installation. */
  platform: 'ES256',
  /** Portable credentials, per tenant. */
  issuer: 'ES256',
  /** Permits, per tenant. */
  permit: 'HS256',
} as const

export type KeyPurpose = keyof typeof keyAlgorithms
export type KeyAlgorithm = (typeof keyAlgorithms)[KeyPurpose]

export interface SigningKeyRecord {
  /** UUID; also the `kid` wherever one is carried. */
  id: string
  /** Tenant id, or `platformTenant`. */
  tenant: string
  purpose: KeyPurpose
  algorithm: KeyAlgorithm
  state: KeyState
  /** `null` for a MAC key. */
  publicJwk: JWK | null
  /** The private half, wrapped by the provider; `null` once retired. */
  wrapped: Uint8Array | null
  /** Milliseconds since the Unix epoch. */
  createdAtMs: number
  retiringAtMs: number | null
  retiredAtMs: number | null
}

/** Default rotation: ninety days. */
export const rotationPeriodMs = 90 * 24 * 60 * 60 * 1000

/**
 * How long a replaced key stays published beside its successor: longer than
 * anything it signed is short-lived, shorter than the next rotation.
 */
export const retiringPeriodMs = 24 * 60 * 60 * 1000

const nextStates: Record<KeyState, readonly KeyState[]> = {
  active: ['retiring', 'retired'],
  retiring: ['retired'],
  retired: [],
}

export function maySign(record: Pick<SigningKeyRecord, 'state'>): boolean {
  return record.state === 'active'
}

/** Old keys verify for ever; a MAC key only while permits of its time can live. */
export function mayVerify(record: Pick<SigningKeyRecord, 'state' | 'purpose'>): boolean {
  return record.purpose !== 'permit' || record.state !== 'retired'
}

/** Moves a key on. Throws `KEY_NOT_ACTIVE` for a step that is not forward. */
export function advance(record: SigningKeyRecord, to: KeyState, nowMs: number): SigningKeyRecord {
  if (!nextStates[record.state].includes(to)) {
    throw new KeyError('KEY_NOT_ACTIVE', `a ${record.state} key cannot become ${to}`)
  }
  if (to === 'retiring') return { ...record, state: to, retiringAtMs: nowMs }
  return { ...record, state: to, retiringAtMs: record.retiringAtMs ?? nowMs, retiredAtMs: nowMs, wrapped: null }
}

/** The key of this list that signs, if any. */
export function activeKey(records: readonly SigningKeyRecord[]): SigningKeyRecord | null {
  const active = records.filter(maySign)
  if (active.length > 1) throw new KeyError('ROTATION_CONFLICT', 'two keys of one purpose are active')
  return active[0] ?? null
}

export type RotationReason = 'first' | 'scheduled' | 'emergency'

export interface RotationPlan {
  insert: SigningKeyRecord
  /** The former active key in its new state, if there was one. */
  update: SigningKeyRecord | null
  reason: RotationReason
}

/**
 * The change that makes `successor` the active key. Scheduled rotation lets the
 * former key retire in peace; emergency rotation retires it at once, private
 * half included.
 */
export function planRotation(
  records: readonly SigningKeyRecord[],
  successor: SigningKeyRecord,
  reason: 'scheduled' | 'emergency',
  nowMs: number,
): RotationPlan {
  if (!maySign(successor)) throw new KeyError('KEY_NOT_ACTIVE', 'a successor must be active')
  const former = activeKey(records)
  if (former === null) return { insert: successor, update: null, reason: 'first' }
  const state = reason === 'emergency' ? 'retired' : 'retiring'
  return { insert: successor, update: advance(former, state, nowMs), reason }
}

/** True when the active key is due for its scheduled rotation, or there is none. */
export function rotationDue(records: readonly SigningKeyRecord[], nowMs: number, periodMs = rotationPeriodMs): boolean {
  const active = activeKey(records)
  return active === null || nowMs - active.createdAtMs >= periodMs
}

/** The retiring keys whose time is over, in their new state. */
export function dueRetirements(
  records: readonly SigningKeyRecord[],
  nowMs: number,
  periodMs = retiringPeriodMs,
): SigningKeyRecord[] {
  return records
    .filter((record) => record.state === 'retiring' && nowMs - (record.retiringAtMs ?? nowMs) >= periodMs)
    .map((record) => advance(record, 'retired', nowMs))
}
