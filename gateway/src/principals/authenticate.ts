/**
 * From a request to a principal: the bearer's API key or access token, or the
 * console's cookie.
 *
 * Exactly one credential is read: a bearer when there is one, else the cookie.
 * INVARIANT (own pages only): a request that rests on the cookie and is not a
 * plain read must come from one of our own pages.
 */
import { hash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { parseApiKey } from '@muster/keys'
import type { Clock } from '@muster/kernel'
import type { Origins } from '../door/origins.ts'
import { bearerChallenge, Refused } from '../door/problem.ts'
import type { Metrics } from '../health/metrics.ts'
import { sessionCookie } from '../sessions/cookie.ts'
import type { AccessTokens } from '../tokens/accessTokens.ts'
import type { BadCredentials } from './badCredentials.ts'
import type { DoorQueries } from './doorQueries.ts'
import type { Principal } from './principal.ts'
import type { PrincipalMemory } from './principalMemory.ts'

export interface Presented {
  readonly kind: 'bearer' | 'cookie'
  readonly text: string
  /** SHA-256 of kind and text. */
  readonly digest: string
}

export interface Authenticator {
  /** The caller of a request. Throws `UNAUTHENTICATED`, `TENANT_SUSPENDED`, `ORIGIN_REFUSED` or `RATE_LIMITED`. */
  caller(request: FastifyRequest): Principal | Promise<Principal>
  /** What the request presents, if anything. */
  presented(request: FastifyRequest): Presented | null
  /** The principal behind a credential now, or null; remembered like any other. For streams. */
  again(presented: Presented): Promise<Principal | null>
  /** After a sign-out the credential is asked for anew. */
  forget(presented: Presented): void
}

export interface AuthenticatorParts {
  queries: DoorQueries
  tokens: AccessTokens
  memory: PrincipalMemory
  bad: BadCredentials
  origins: Origins
  clock: Clock
  metrics: Metrics
}

/** Longer than any credential of ours; longer ones are not even hashed. */
const credentialCharsMax = 4_096
const bearer = /^Bearer +([\x21-\x7e]+) *$/i

export function authenticator(parts: AuthenticatorParts): Authenticator {
  const { queries, tokens, memory, bad, clock, metrics } = parts

  function presented(request: FastifyRequest): Presented | null {
    const { authorization } = request.headers
    if (authorization !== undefined) {
      const text = bearer.exec(authorization)?.[1] ?? ''
      if (text === '' || text.length > credentialCharsMax) refuse(true)
      return { kind: 'bearer', text, digest: digestOf('bearer', text) }
    }
    const cookie = sessionCookie(request)
    return cookie === null ? null : { kind: 'cookie', text: cookie, digest: digestOf('cookie', cookie) }
  }

  function resolve({ kind, text }: Presented): Promise<Principal | null> {
    if (kind === 'cookie') return queries.sessionToken(text)
    return parseApiKey(text) === null ? tokens.principal(text) : queries.apiKey(text)
  }

  /** A credential that ended while it was remembered holds no longer. */
  const alive = (principal: Principal | null): Principal | null =>
    principal !== null && principal.expiresAtMs !== null && principal.expiresAtMs <= clock.nowMs() ? null : principal

  /** Told to whoever holds a credential that would hold; nobody else learns that there is such a tenant. */
  function active(principal: Principal): Principal {
    if (!principal.suspended) return principal
    metrics.credential('refused')
    throw suspended()
  }

  async function unknown(credential: Presented, address: string): Promise<Principal> {
    await bad.admit(address, credential.digest).catch((error: unknown) => {
      metrics.credential('throttled')
      throw error
    })
    const principal = alive(await memory.ask(credential.digest, () => resolve(credential)))
    if (principal === null) {
      metrics.credential('refused')
      await bad.failed(address)
      return refuse(true)
    }
    metrics.credential('resolved')
    bad.held(credential.digest)
    return active(principal)
  }

  return {
    presented,
    caller(request) {
      const credential = presented(request)
      if (credential === null) return refuse(false)
      if (credential.kind === 'cookie' && request.method !== 'GET' && request.method !== 'HEAD') {
        parts.origins.requireOwn(request.headers)
      }
      const known = memory.recall(credential.digest, () => resolve(credential))
      if (known === undefined) return unknown(credential, request.ip)
      const principal = alive(known)
      if (principal !== null) {
        metrics.credential('remembered')
        return active(principal)
      }
      metrics.credential('refused')
      return bad.failed(request.ip).then(() => refuse(true))
    },
    async again(credential) {
      const known = memory.recall(credential.digest, () => resolve(credential))
      const now = alive(known === undefined ? await memory.ask(credential.digest, () => resolve(credential)) : known)
      return now?.suspended === true ? null : now
    },
    forget: ({ digest }) => memory.forget(digest),
  }
}

function digestOf(kind: string, text: string): string {
  return hash('sha256', `${kind}:${text}`, 'base64url')
}

/** What the holder of a good credential hears while the tenant is suspended. */
export function suspended(): Refused {
  return new Refused('TENANT_SUSPENDED', 'whoever runs this installation suspended the tenant; ask them')
}

function refuse(given: boolean): never {
  const detail = given ? 'the credential is unknown, expired or revoked' : 'present an access token or an API key'
  throw new Refused('UNAUTHENTICATED', detail, { headers: bearerChallenge(given) })
}
