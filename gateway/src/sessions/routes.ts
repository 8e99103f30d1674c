/**
 * `/auth/*`: the console's session. The page never holds a token: the cookie is
 * all there is, and no script can read it. Native clients get a short-lived
 * access token from `/auth/token` instead.
 */
import type { Clock } from '@muster/kernel'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseStrict, UnsafeJson } from '@muster/canonical-json'
import type { Origins } from '../door/origins.ts'
import { Refused } from '../door/problem.ts'
import type { Authenticator } from '../principals/authenticate.ts'
import type { HandoverDesk, Principal } from '../principals/principal.ts'
import type { AccessTokens } from '../tokens/accessTokens.ts'
import { openFamily } from '../tokens/refreshGrant.ts'
import { answerOf } from '../tokens/tokenAnswer.ts'
import { clearSessionCookie, setSessionCookie } from './cookie.ts'
import { signIn, type SignedIn, type SignInParts } from './signIn.ts'
import type { SignInDoor } from './signInDoor.ts'

export interface SessionRouteParts extends SignInParts {
  authenticator: Authenticator
  tokens: AccessTokens
  desk: HandoverDesk
  door: SignInDoor
  origins: Origins
  clock: Clock
}

/** Longer ones are not passwords but work for us: argon2 reads every byte. */
const passwordCharsMax = 1_024

const credentials = z.object({
  email: z.string().min(3).max(320),
  password: z.string().min(1).max(passwordCharsMax),
  tenant: z.string().min(1).max(64).optional(),
})

export function sessionRoutes(app: FastifyInstance, parts: SessionRouteParts): void {
  const { authenticator, tokens, desk, door, origins, clock } = parts

  function attempt(request: FastifyRequest): Promise<SignedIn> {
    origins.refuseForeign(request.headers)
    const { email, password, tenant } = readCredentials(request.body)
    return signIn(parts, { email, password, tenant, address: request.ip, requestId: request.id })
  }

  async function open(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { principal, session } = await attempt(request)
    setSessionCookie(reply, session.token, (session.expiresAt.getTime() - clock.nowMs()) / 1000)
    reply.header('cache-control', 'no-store')
    return { ...describe(principal), expiresAt: session.expiresAt.toISOString() }
  }
  app.post('/auth/sign-in', open)
  app.post('/auth/login', open)

  app.post('/auth/token', async (request, reply) => {
    const { principal } = await attempt(request)
    const issued = await tokens.issue(principal, principal.subject)
    reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
    return answerOf(issued, await openFamily(parts, principal))
  })

  async function close(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const principal = await authenticator.caller(request)
    if (principal.kind !== 'person') throw new Refused('BAD_REQUEST', 'this credential is no session')
    const handovers = desk.sign(principal, request.id, ['muster_identity'])
    const logoutUrl = await door.ssoLogoutUrl(handovers, {
      sessionId: principal.credential,
      returnTo: `${origins.own}/sign-in`,
    })
    await door.closeSession(handovers, principal.credential)
    const presented = authenticator.presented(request)
    if (presented !== null) authenticator.forget(presented)
    clearSessionCookie(reply)
    reply.header('cache-control', 'no-store')
    // Where the browser goes to end the provider's session as well.
    return logoutUrl === null ? reply.code(204).send() : reply.send({ logoutUrl })
  }
  app.post('/auth/sign-out', close)
  app.post('/auth/logout', close)

  app.get('/auth/session', async (request, reply) => {
    const principal = await authenticator.caller(request)
    reply.header('cache-control', 'no-store')
    const { expiresAtMs } = principal
    return { ...describe(principal), expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString() }
  })
}

/** Who somebody is, for their own eyes. */
function describe(principal: Principal): Record<string, unknown> {
  return {
    kind: principal.kind,
    person: principal.kind === 'person' ? principal.subject : null,
    agent: principal.agent,
    tenant: principal.tenantId,
    credential: principal.credential,
    roles: principal.roles,
    capabilities: principal.caps,
    scope: { all: principal.all, units: principal.units },
  }
}

/** JSON as bytes, or a form as an object. Throws `BAD_REQUEST` without repeating what was sent. */
function readCredentials(body: unknown): z.output<typeof credentials> {
  let value = body
  if (Buffer.isBuffer(body)) {
    try {
      value = parseStrict(body, { maxBytes: 16_384, maxDepth: 4 })
    } catch (error) {
      if (!(error instanceof UnsafeJson)) throw error
      throw new Refused('BAD_REQUEST', 'the body is not plain JSON', { extra: { reason: error.code } })
    }
  }
  const parsed = credentials.safeParse(value)
  if (!parsed.success) throw new Refused('BAD_REQUEST', '`email` and `password` are needed, as text')
  return { ...parsed.data, tenant: parsed.data.tenant }
}
