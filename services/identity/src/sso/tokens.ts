/**
 * What a provider signed, believed or not: ID tokens (OpenID Connect Core
 * §3.1.3.7) and logout tokens (Back-Channel Logout 1.0 §2.6).
 *
 * INVARIANT (pinned): issuer, audience and algorithms are the configuration's,
 * never the token's. The clock is the product's.
 */
import { jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose'
import { textsEqual } from '@muster/keys'
import type { Clock } from '@muster/kernel'
import { SsoRefusal } from './errors.ts'
import { clockToleranceSeconds, type Provider } from './provider.ts'

/** An ID token is fetched the moment it is made; an old one was kept by somebody. */
const idTokenAgeSeconds = 600
/** A logout is told when it happens. */
const logoutTokenAgeSeconds = 120
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

export interface IdClaims {
  subject: string
  sid: string | null
  email: string | null
  isEmailVerified: boolean
  name: string | null
}

export async function verifyIdToken(provider: Provider, clock: Clock, token: string, nonce: string): Promise<IdClaims> {
  const { payload } = await jwtVerify(token, provider.keys, {
    ...pinned(provider, clock),
    maxTokenAge: idTokenAgeSeconds,
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce'],
  })
  onlyForUs(payload, provider.config.clientId)
  const { sub, sid, email, name } = payload as Record<string, unknown>
  if (typeof payload['nonce'] !== 'string' || !textsEqual(payload['nonce'], nonce))
    throw new SsoRefusal('NONCE_MISMATCH')
  if (typeof sub !== 'string' || sub === '' || sub.length > 255) throw new SsoRefusal('BAD_SUBJECT')
  return {
    subject: sub,
    sid: typeof sid === 'string' && sid !== '' ? sid : null,
    email: typeof email === 'string' ? email : null,
    // Entra ID says `xms_edov` where others say `email_verified`; silence is no.
    isEmailVerified: [payload['email_verified'], payload['xms_edov']].some((said) => said === true || said === 'true'),
    name: typeof name === 'string' ? name : null,
  }
}

/** Which of the provider's sessions ended: one, or all of a subject's. */
export async function verifyLogoutToken(
  provider: Provider,
  clock: Clock,
  token: string,
): Promise<{ jti: string; subject: string | null; sid: string | null }> {
  const { payload, protectedHeader } = await jwtVerify(token, provider.keys, {
    ...pinned(provider, clock),
    maxTokenAge: logoutTokenAgeSeconds,
    requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti', 'events'],
  })
  const { typ } = protectedHeader
  if (typ !== undefined && !['logout+jwt', 'jwt'].includes(typ.toLowerCase()))
    throw new SsoRefusal('NOT_A_LOGOUT_TOKEN')
  onlyForUs(payload, provider.config.clientId)
  const events = payload['events'] as Record<string, unknown> | null
  const event = typeof events === 'object' ? events?.[logoutEvent] : undefined
  if (typeof event !== 'object' || event === null) throw new SsoRefusal('NOT_A_LOGOUT_TOKEN')
  // A nonce would make it an ID token, which is no logout.
  if ('nonce' in payload) throw new SsoRefusal('NOT_A_LOGOUT_TOKEN')
  const { jti, sub, sid } = payload as Record<string, unknown>
  if (typeof jti !== 'string' || (typeof sub !== 'string' && typeof sid !== 'string')) {
    throw new SsoRefusal('NOT_A_LOGOUT_TOKEN')
  }
  return { jti, subject: typeof sub === 'string' ? sub : null, sid: typeof sid === 'string' ? sid : null }
}

function pinned({ config }: Provider, clock: Clock): JWTVerifyOptions {
  return {
    issuer: config.issuer,
    audience: config.clientId,
    algorithms: [...config.algorithms],
    currentDate: new Date(clock.nowMs()),
    clockTolerance: clockToleranceSeconds,
  }
}

/** Core §3.1.3.7(3–5): no audience beside us, and if somebody is named as authorized, it is us. */
function onlyForUs({ aud, azp }: JWTPayload & { azp?: unknown }, clientId: string): void {
  const audiences = Array.isArray(aud) ? aud : [aud]
  if (audiences.some((each) => each !== clientId)) throw new SsoRefusal('FOREIGN_AUDIENCE')
  if (azp !== undefined && azp !== clientId) throw new SsoRefusal('FOREIGN_AUDIENCE')
}
