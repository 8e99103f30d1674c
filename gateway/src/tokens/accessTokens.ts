/**
 * Access tokens: JWTs in the profile of RFC 9068, signed ES256 by the platform
 * key, good for fifteen minutes and for this installation alone.
 *
 * A token names the credential it was issued on; what that credential is worth
 * is asked at each use, so revoking the key or the session revokes the token.
 * INVARIANT (never wider): a token's scope can narrow its credential, not widen it.
 */
import { parseStrict, UnsafeJson, type JsonObject } from '@muster/canonical-json'
import { isUuid, newId, type Clock } from '@muster/kernel'
import { KeyError, platformTenant, signJws, verifyJws } from '@muster/keys'
import type { DoorQueries } from '../principals/doorQueries.ts'
import type { Principal } from '../principals/principal.ts'
import type { PlatformKeys } from './platformKeys.ts'

/** Seconds a token lives. */
export const accessTokenSeconds = 900
const tokenType = 'at+jwt'
/** What tokens are for: this API, whatever address it is reached under. */
const audience = 'urn:muster:api'

export interface IssuedToken {
  accessToken: string
  /** Seconds. */
  expiresIn: number
  scope: string
}

export interface AccessTokens {
  /** Issues a token on a credential. `scope`: capabilities to narrow it to; absent = all of them. */
  issue(principal: Principal, clientId: string, scope?: readonly string[]): Promise<IssuedToken>
  /** The principal behind a token now; null for one that does not hold. */
  principal(token: string): Promise<Principal | null>
  /** What a genuine, unexpired token says of itself, whether or not what it rests on still stands. */
  read(token: string): Promise<TokenClaims | null>
}

export interface TokenClaims {
  /** `jti`; its first 48 bits are when it was issued. */
  id: string
  issuedAtMs: number
  tenant: string
  credential: string
  subject: string
  basis: 'api_key' | 'session'
  scope: ReadonlySet<string>
  expiresAtMs: number
}

/** @param issuer the public origin, once the gateway listens. */
export function accessTokens(
  keys: PlatformKeys,
  queries: DoorQueries,
  clock: Clock,
  issuer: () => string,
): AccessTokens {
  async function verified(token: string): Promise<JsonObject | null> {
    try {
      const { payload, algorithm, type, keyId } = await verifyJws(token, await keys.published())
      if (algorithm !== 'ES256' || type !== tokenType || keyId === null) return null
      const claims = parseStrict(payload)
      return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? (claims as JsonObject) : null
    } catch (error) {
      if (error instanceof KeyError || error instanceof UnsafeJson) return null
      throw error
    }
  }

  function claimed(claims: JsonObject): TokenClaims | null {
    const { iss, aud, exp, nbf, iat, jti, sub, scope, tenant, cred, basis } = claims
    const now = clock.nowMs() / 1000
    if (iss !== issuer() || aud !== audience) return null
    if (typeof exp !== 'number' || exp <= now || typeof nbf !== 'number' || nbf > now) return null
    if (typeof iat !== 'number' || iat > now || !isUuid(jti)) return null
    if (!isUuid(sub) || !isUuid(tenant) || !isUuid(cred) || typeof scope !== 'string') return null
    if (basis !== 'api_key' && basis !== 'session') return null
    return {
      id: jti,
      issuedAtMs: Number.parseInt(jti.replaceAll('-', '').slice(0, 12), 16),
      tenant,
      credential: cred,
      subject: sub,
      basis,
      scope: new Set(scope.split(' ')),
      expiresAtMs: exp * 1000,
    }
  }

  async function read(token: string): Promise<TokenClaims | null> {
    const claims = await verified(token)
    return claims === null ? null : claimed(claims)
  }

  return {
    async issue(principal, clientId, scope = principal.caps) {
      const now = Math.floor(clock.nowMs() / 1000)
      const remaining = principal.expiresAtMs === null ? Infinity : Math.floor(principal.expiresAtMs / 1000) - now
      const expiresIn = Math.max(1, Math.min(accessTokenSeconds, remaining))
      const granted = principal.caps.filter((capability) => scope.includes(capability)).join(' ')
      const payload = {
        iss: issuer(),
        aud: audience,
        sub: principal.subject,
        client_id: clientId,
        tenant: principal.tenantId,
        cred: principal.credential,
        basis: principal.presented === 'session' ? 'session' : 'api_key',
        scope: granted,
        jti: newId(clock.nowMs()),
        iat: now,
        nbf: now,
        exp: now + expiresIn,
      }
      const bytes = Buffer.from(JSON.stringify(payload), 'utf8')
      const accessToken = await signJws(keys.signer, platformTenant, 'platform', tokenType, bytes)
      return { accessToken, expiresIn, scope: granted }
    },

    async principal(token) {
      const claims = await read(token)
      if (claims === null) return null
      const { tenant, credential } = claims
      const [found, stands] = await Promise.all([
        claims.basis === 'api_key'
          ? queries.keyById(tenant, credential)
          : queries.sessionById(tenant, credential, 'access_token'),
        queries.tokenStands({ tenantId: tenant, id: claims.id, issuedAtMs: claims.issuedAtMs, credential }),
      ])
      if (found === null || !stands) return null
      // Whose it is is not looked up while the tenant is suspended.
      if (!found.suspended && found.subject !== claims.subject) return null
      return {
        ...found,
        presented: 'access_token',
        caps: found.caps.filter((capability) => claims.scope.has(capability)),
        expiresAtMs: Math.min(found.expiresAtMs ?? Infinity, claims.expiresAtMs),
      }
    },
    read,
  }
}
