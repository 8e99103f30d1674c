/**
 * The hand-over: who is asking, on whose behalf the graph and the database act.
 *
 * The gateway verifies the access token, resolves the access scope and signs
 * these claims for one service and one minute. The database checks the
 * signature itself (`muster.claims()`), with a key no service can read, so a
 * service can carry a hand-over but can neither forge nor widen one.
 *
 * Format: `hex(HMAC-SHA-256(key, json)) + "." + json`, all ASCII: the database
 * verifies it with two built-in hashes and one cast.
 */
import { createHmac, type KeyObject } from 'node:crypto'
import type { ActorKind, Trust } from './vocabulary.ts'

export interface Claims {
  /** Format version; anything but 1 gives zero rows. */
  v: 1
  /** Login role of the one service this hand-over is for, e.g. `muster_guard`. */
  aud: string
  /** The request id that threads door, service, SQL session and receipt. */
  rid: string
  tenant_id: string
  /** Person, key or agent that acts. */
  sub: string
  kind: ActorKind
  /** The credential used: session id, API key id or token id. */
  cred: string
  /** Set when the credential belongs to one agent. */
  agent: string | null
  caps: readonly string[]
  /** Roles held, for refusals that name them; scope below is what counts. */
  roles: readonly string[]
  /** True when the whole tenant is in scope. */
  all: boolean
  /** Roots of the org-unit subtrees in scope; expanded by the database. */
  units: readonly string[]
  /** Access-scope epoch at resolution. */
  epoch: number
  /** Highest trust this credential can vouch for. */
  ceiling: Trust
  /** Expiry, seconds since the Unix epoch: one minute after issue. */
  exp: number
}

/** A hand-over lives a minute: long enough for a request, too short to hoard. */
export const handoverTtlSeconds = 60

/** Anything beyond ASCII is escaped: a hand-over travels in a header and in a setting of the session. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * Signs claims. `key` is the 32-byte hand-over key that gateway and database share; whoever signs
 * often gives it as a `KeyObject`, which is a fifth of the work.
 */
export function signHandover(claims: Claims, key: Uint8Array | KeyObject): string {
  const body = asciiJson(claims)
  return `${createHmac('sha256', key).update(body).digest('hex')}.${body}`
}

/**
 * Reads a hand-over without verifying it: for cache keys and early refusals only.
 * INVARIANT (the database decides): nothing is granted on this reading.
 */
export function readHandover(token: string): Claims {
  return JSON.parse(token.slice(token.indexOf('.') + 1)) as Claims
}
