/**
 * `/auth/sso/*`: signing in at a tenant's own provider.
 *
 * Everything about the protocol happens in identity; here are the browser's
 * ways: to the provider, back from it, and the provider's own call when its
 * session ended. INVARIANT (nothing learned): a tenant without a provider, an
 * unknown domain and an unknown account get the same answer, and so does every
 * sign-in that is refused.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Refusal, type Clock } from '@muster/kernel'
import { decodeJwt } from 'jose'
import { Refused } from '../door/problem.ts'
import type { Origins } from '../door/origins.ts'
import type { Metrics } from '../health/metrics.ts'
import type { DoorQueries } from '../principals/doorQueries.ts'
import type { HandoverDesk } from '../principals/principal.ts'
import { setSessionCookie } from './cookie.ts'
import { nextPath } from './nextPath.ts'
import type { SignInDoor } from './signInDoor.ts'
import type { SignInThrottle } from './signInThrottle.ts'

export interface SsoRouteParts {
  door: SignInDoor
  queries: DoorQueries
  desk: HandoverDesk
  throttle: SignInThrottle
  origins: Origins
  clock: Clock
  metrics: Metrics
}

const cookieName = '__Host-muster-sso'
const attributes = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const
/** As long as identity keeps a transaction. */
const cookieSeconds = 600
/** Browsers keep 4,096 bytes a cookie. */
const transactionCharsMax = 4_000
const logoutTokenCharsMax = 16_384
const refusedPage = '/sign-in?sso=refused'
const unavailablePage = '/sign-in?sso=unavailable'

export function ssoRoutes(app: FastifyInstance, parts: SsoRouteParts): void {
  const { door, queries, desk, throttle, origins, clock, metrics } = parts
  const redirectUri = (): string => `${origins.own}/auth/sso/callback`
  const go = (reply: FastifyReply, path: string): FastifyReply =>
    reply.header('cache-control', 'no-store').redirect(path, 303)
  const asService = (tenantId: string, request: FastifyRequest): ReturnType<HandoverDesk['sign']> => ({
    muster_identity: desk.forDoor(tenantId, tenantId, request.id, 'muster_identity'),
  })

  /** One tenant, by its slug or by a domain it proved; null when there is none, or it is not certain. */
  async function tenantOf({ tenant, email }: { tenant?: unknown; email?: unknown }): Promise<string | null> {
    const lookUp = async (kind: 'tenant' | 'sso_domain', text: string): Promise<string | null> => {
      const rows = await queries.lookUp(kind, Buffer.from(text.normalize('NFC').toLowerCase(), 'utf8'))
      return rows.length === 1 ? rows[0]!.tenantId : null
    }
    if (typeof tenant === 'string' && tenant.length <= 64) return lookUp('tenant', tenant)
    if (typeof email !== 'string' || email.length > 320) return null
    const domain = email.trim().slice(email.trim().lastIndexOf('@') + 1)
    return domain === '' ? null : lookUp('sso_domain', domain)
  }

  app.get('/auth/sso/start', async (request, reply) => {
    const query = request.query as Record<string, unknown>
    await throttle.admit(`sso ${request.ip}`, request.ip)
    const tenantId = await tenantOf(query)
    if (tenantId === null) return go(reply, unavailablePage)
    const { email, next } = query
    const started = await door.startSso(asService(tenantId, request), {
      redirectUri: redirectUri(),
      next: nextPath(next),
      loginHint: typeof email === 'string' ? email.trim() : null,
    })
    if (started === null) return go(reply, unavailablePage)
    reply.setCookie(cookieName, started.transaction, { ...attributes, maxAge: cookieSeconds })
    return go(reply, started.url)
  })

  app.get('/auth/sso/callback', async (request, reply) => {
    await throttle.admit(`sso ${request.ip}`, request.ip)
    const transaction = request.cookies[cookieName]
    // Whatever comes of it, it was the only time.
    reply.clearCookie(cookieName, attributes)
    const refused = async (): Promise<FastifyReply> => {
      await throttle.failed(`sso ${request.ip}`, request.ip)
      metrics.signIn('refused')
      return go(reply, refusedPage)
    }
    if (transaction === undefined || transaction.length > transactionCharsMax) return refused()
    const tenantId = await door.ssoTenant(transaction)
    if (tenantId === null) return refused()
    try {
      const query = request.url.slice(request.url.indexOf('?') + 1)
      const { personId, loginMethod, origin, next } = await door.completeSso(asService(tenantId, request), {
        transaction,
        query: request.url.includes('?') ? query : '',
      })
      const handovers = desk.forSignIn(tenantId, personId, request.id, 'muster_identity')
      const session = await door.openSession(handovers, personId, { loginMethod, sso: origin })
      // The tenant may have been closed: then the account is not, whatever its provider says.
      if ((await queries.sessionById(tenantId, session.sessionId, 'session')) === null) {
        await door.closeSession(handovers, session.sessionId)
        return await refused()
      }
      setSessionCookie(reply, session.token, (session.expiresAt.getTime() - clock.nowMs()) / 1000)
      metrics.signIn('opened')
      return await go(reply, nextPath(next))
    } catch (error) {
      if (error instanceof Refusal) return refused()
      throw error
    }
  })

  app.post('/auth/sso/backchannel-logout', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    await throttle.admit(`sso ${request.ip}`, request.ip)
    const token = (request.body as Record<string, unknown> | null)?.['logout_token']
    const named = typeof token === 'string' && token.length <= logoutTokenCharsMax ? issuedFor(token) : []
    for (const name of named) {
      for (const { tenantId } of await queries.lookUp('sso_client', Buffer.from(name, 'utf8'))) {
        try {
          await door.backchannelLogout(asService(tenantId, request), token as string)
          return await reply.code(200).send()
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
        }
      }
    }
    await throttle.failed(`sso ${request.ip}`, request.ip)
    throw new Refused('BAD_REQUEST', 'this is no logout token for anybody here')
  })
}

/** Whose provider and client a token says it is of, to find who can verify it; nothing is believed yet. */
function issuedFor(token: string): string[] {
  try {
    const { iss, aud } = decodeJwt(token)
    const audiences = (Array.isArray(aud) ? aud : [aud]).slice(0, 1)
    return typeof iss === 'string' ? audiences.flatMap((each) => (each === undefined ? [] : [`${iss}\n${each}`])) : []
  } catch {
    return []
  }
}
