/**
 * `/scim/v2/*` (RFC 7644): a company's identity provider provisions people,
 * groups and agents. This door reads who asks and what they sent; identity
 * decides and answers.
 *
 * INVARIANT (bearers only): a console's cookie provisions nothing.
 */
import { parseStrict, UnsafeJson } from '@muster/canonical-json'
import type { ScimAnswer } from '@muster/identity'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { bearerChallenge, Refused, asRefused, problem } from '../door/problem.ts'
import type { Origins } from '../door/origins.ts'
import type { Authenticator } from '../principals/authenticate.ts'
import type { HandoverDesk, Principal } from '../principals/principal.ts'
import type { RequestRate } from '../principals/requestRate.ts'
import type { SignInDoor } from '../sessions/signInDoor.ts'

export interface ScimRouteParts {
  authenticator: Authenticator
  desk: HandoverDesk
  door: SignInDoor
  rate: RequestRate
  origins: Origins
  /** Told of every principal that was let in. */
  used(principal: Principal): void
  /** Told when a tenant's ledger may have grown. */
  changed(tenantId: string): void
}

const scimType = 'application/scim+json; charset=utf-8'
const root = '/scim/v2'
/** The service that answers, in the hand-over. */
const identityRole = 'muster_identity'

export async function scimRoutes(app: FastifyInstance, parts: ScimRouteParts): Promise<void> {
  const { authenticator, desk, door, rate, origins, used, changed } = parts

  async function provision(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (authenticator.presented(request)?.kind !== 'bearer') {
      throw new Refused('UNAUTHENTICATED', 'present an API key as a bearer', { headers: bearerChallenge(false) })
    }
    const principal = await authenticator.caller(request)
    if (!principal.caps.includes('scim:write')) throw new Refused('FORBIDDEN', 'this credential lacks `scim:write`')
    const { method } = request
    const body = bodyOf(request.body)
    await rate.spend(principal, 1)
    used(principal)
    const answer = await door.scim(desk.sign(principal, request.id, [identityRole]), {
      method,
      path: pathOf(request.params),
      query: request.query as Record<string, unknown>,
      body,
      ifMatch: request.headers['if-match'] ?? null,
      ifNoneMatch: request.headers['if-none-match'] ?? null,
      base: origins.own + root,
    })
    if (method !== 'GET' && answer.status < 300) changed(principal.tenantId)
    return send(reply, answer)
  }

  await app.register(async (scope) => {
    scope.addContentTypeParser('application/scim+json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    // A refusal of the door in the form of RFC 7644 §3.12, with the same words and headers as everywhere.
    scope.setErrorHandler((error, request, reply) => {
      const known = error as { statusCode?: number; code?: string }
      const refused =
        known.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
          ? new Refused('PAYLOAD_TOO_LARGE', 'the body is larger than `maxPayloadSize`')
          : known.code?.startsWith('FST_ERR_CTP') === true
            ? new Refused('UNSUPPORTED_MEDIA_TYPE', 'send `application/scim+json`')
            : asRefused(error)
      request.failure = refused.cause ?? refused
      const { status } = problem(refused.code, refused.message, request.id)
      reply.headers(refused.headers)
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error']
      const kind = refused.code === 'BAD_REQUEST' ? { scimType: 'invalidSyntax' } : {}
      return send(reply, { status, body: { schemas, status: String(status), ...kind, detail: refused.message } })
    })
    scope.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: `${root}/*`,
      exposeHeadRoute: false,
      handler: provision,
    })
  })
}

function pathOf(params: unknown): string[] {
  return (params as { '*': string })['*'].replace(/\/$/, '').split('/')
}

function bodyOf(bytes: unknown): unknown {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return null
  try {
    return parseStrict(bytes)
  } catch (error) {
    if (!(error instanceof UnsafeJson)) throw error
    throw new Refused(error.code === 'TOO_LARGE' ? 'PAYLOAD_TOO_LARGE' : 'BAD_REQUEST', error.message, { cause: error })
  }
}

function send(reply: FastifyReply, { status, body, location, etag }: ScimAnswer): FastifyReply {
  reply.code(status).header('cache-control', 'no-store')
  if (etag) reply.header('etag', etag)
  if (location) reply.header('location', location)
  return body === null ? reply.send() : reply.type(scimType).send(JSON.stringify(body))
}
