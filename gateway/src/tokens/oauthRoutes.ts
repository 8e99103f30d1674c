/**
 * `POST /oauth/token` (RFC 6749: client credentials, refresh), `POST
 * /oauth/revoke` (RFC 7009) and what describes them:
 * `/.well-known/oauth-authorization-server` (RFC 8414) and the key set.
 */
import { hash } from 'node:crypto'
import { capabilities, type Clock } from '@muster/kernel'
import { jwsAlgorithms } from '@muster/keys'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Origins } from '../door/origins.ts'
import { asRefused } from '../door/problem.ts'
import type { Metrics } from '../health/metrics.ts'
import { suspended } from '../principals/authenticate.ts'
import type { BadCredentials } from '../principals/badCredentials.ts'
import type { DoorQueries } from '../principals/doorQueries.ts'
import type { PlanRate } from '../principals/planRate.ts'
import type { HandoverDesk, Principal } from '../principals/principal.ts'
import type { RequestRate } from '../principals/requestRate.ts'
import type { AccessTokens } from './accessTokens.ts'
import { clientByAssertion } from './clientAssertion.ts'
import { clientCredentials, formValue, namesKey, OAuthRefused, type ClientCredentials } from './clientCredentials.ts'
import type { PlatformKeys } from './platformKeys.ts'
import { giveBack, refresh } from './refreshGrant.ts'
import { answerOf, grantTypes, wantedScope, type Form, type GrantType, type TokenAnswer } from './tokenAnswer.ts'
import type { TokenDoor } from './tokenDoor.ts'

export interface OAuthParts {
  queries: DoorQueries
  desk: HandoverDesk
  door: TokenDoor
  tokens: AccessTokens
  keys: PlatformKeys
  bad: BadCredentials
  rate: RequestRate
  plans: PlanRate
  origins: Origins
  clock: Clock
  metrics: Metrics
}

const statusOf: Record<OAuthRefused['code'], number> = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  invalid_scope: 400,
  unsupported_grant_type: 400,
  temporarily_unavailable: 503,
}

export function oauthRoutes(app: FastifyInstance, parts: OAuthParts): void {
  const { queries, tokens, keys, bad, rate, plans, origins, clock, metrics } = parts

  async function client({ clientId, secret }: ClientCredentials, address: string): Promise<Principal> {
    const digest = hash('sha256', `bearer:${secret}`, 'base64url')
    await bad.admit(address, digest)
    const principal = namesKey(clientId, secret) ? await queries.apiKey(secret) : null
    if (principal === null || (principal.expiresAtMs !== null && principal.expiresAtMs <= clock.nowMs())) {
      metrics.credential('refused')
      await bad.failed(address)
      throw new OAuthRefused('invalid_client', 'the client is unknown or its secret does not hold')
    }
    metrics.credential('resolved')
    bad.held(digest)
    return principal
  }

  async function authenticated(
    form: Form,
    request: FastifyRequest,
  ): Promise<{ principal: Principal; clientId: string }> {
    const { authorization } = request.headers
    if (formValue(form, 'client_assertion_type') !== undefined || formValue(form, 'client_assertion') !== undefined) {
      return clientByAssertion(parts, form, { authorization, address: request.ip, requestId: request.id })
    }
    const credentials = clientCredentials(authorization, form)
    return { principal: await client(credentials, request.ip), clientId: credentials.clientId }
  }

  const grants: Record<GrantType, (form: Form, request: FastifyRequest, reply: FastifyReply) => Promise<TokenAnswer>> =
    {
      async client_credentials(form, request, reply) {
        const { principal, clientId } = await authenticated(form, request)
        if (principal.suspended) throw suspended()
        await rate.spend(principal, 1)
        reply.headers(plans.spend(principal, 1))
        const scope = wantedScope(formValue(form, 'scope'), principal)
        return answerOf(await tokens.issue(principal, clientId, scope))
      },
      refresh_token: (form, request) => refresh(parts, form, request),
    }

  app.post('/oauth/token', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
    try {
      const form = formOf(request.body)
      const wanted = formValue(form, 'grant_type')
      if (wanted === undefined) throw new OAuthRefused('invalid_request', '`grant_type` is needed')
      const grant = Object.hasOwn(grants, wanted) ? grants[wanted as GrantType] : undefined
      if (grant === undefined) {
        throw new OAuthRefused('unsupported_grant_type', `offered: ${Object.keys(grants).join(', ')}`)
      }
      const granted = await grant(form, request, reply)
      return await reply.send(granted)
    } catch (error) {
      request.failure = error
      return answerRefusal(reply, error)
    }
  })

  // RFC 7009 §2.2: the answer is the same whether or not the token meant anything. Holding a token is the right to end it.
  app.post('/oauth/revoke', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
    try {
      const token = formValue(formOf(request.body), 'token')
      if (token === undefined) throw new OAuthRefused('invalid_request', '`token` is needed')
      const digest = hash('sha256', `revoke:${token}`, 'base64url')
      await bad.admit(request.ip, digest)
      if (!(await giveBack(parts, token, request.id))) await bad.failed(request.ip)
      return await reply.code(200).send()
    } catch (error) {
      request.failure = error
      return answerRefusal(reply, error)
    }
  })

  app.get('/.well-known/oauth-authorization-server', async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300')
    return {
      issuer: origins.own,
      token_endpoint: `${origins.own}/oauth/token`,
      jwks_uri: `${origins.own}/.well-known/jwks.json`,
      revocation_endpoint: `${origins.own}/oauth/revoke`,
      grant_types_supported: grantTypes,
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
      token_endpoint_auth_signing_alg_values_supported: jwsAlgorithms,
      revocation_endpoint_auth_methods_supported: ['none'],
      scopes_supported: capabilities,
    }
  })

  app.get('/.well-known/jwks.json', async (_request, reply) => {
    // Short: after an emergency rotation a withdrawn key must not live on in caches.
    reply.header('cache-control', 'public, max-age=60')
    return { keys: await keys.published() }
  })
}

function formOf(body: unknown): Readonly<Record<string, unknown>> {
  // JSON bodies arrive as bytes; a form as an object.
  if (typeof body !== 'object' || body === null || Buffer.isBuffer(body)) {
    throw new OAuthRefused('invalid_request', 'send `application/x-www-form-urlencoded`')
  }
  return body as Readonly<Record<string, unknown>>
}

function answerRefusal(reply: FastifyReply, error: unknown): FastifyReply {
  let refused: OAuthRefused
  if (error instanceof OAuthRefused) refused = error
  else {
    const { code, headers } = asRefused(error)
    if (code !== 'UNAVAILABLE') throw error
    reply.headers(headers)
    refused = new OAuthRefused('temporarily_unavailable', 'try again in a moment')
  }
  const status = statusOf[refused.code]
  if (status === 401) reply.header('www-authenticate', 'Basic realm="muster"')
  return reply.code(status).send({ error: refused.code, error_description: refused.message })
}
