/**
 * `POST /oauth/token` (RFC 6749, client credentials) and what describes it:
 * `/.well-known/oauth-authorization-server` (RFC 8414) and the key set.
 */
import { hash } from 'node:crypto'
import { capabilities, type Clock } from '@muster/kernel'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Origins } from '../door/origins.ts'
import { asRefused } from '../door/problem.ts'
import type { Metrics } from '../health/metrics.ts'
import type { BadCredentials } from '../principals/badCredentials.ts'
import type { DoorQueries } from '../principals/doorQueries.ts'
import type { Principal } from '../principals/principal.ts'
import type { RequestRate } from '../principals/requestRate.ts'
import type { AccessTokens } from './accessTokens.ts'
import { clientCredentials, formValue, namesKey, OAuthRefused, type ClientCredentials } from './clientCredentials.ts'
import type { PlatformKeys } from './platformKeys.ts'

export interface OAuthParts {
  queries: DoorQueries
  tokens: AccessTokens
  keys: PlatformKeys
  bad: BadCredentials
  rate: RequestRate
  origins: Origins
  clock: Clock
  metrics: Metrics
}

const statusOf: Record<OAuthRefused['code'], number> = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_scope: 400,
  unsupported_grant_type: 400,
  temporarily_unavailable: 503,
}

export function oauthRoutes(app: FastifyInstance, parts: OAuthParts): void {
  const { queries, tokens, keys, bad, rate, origins, clock, metrics } = parts

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

  app.post('/oauth/token', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
    let credentials: ClientCredentials | undefined
    try {
      const form = formOf(request.body)
      if (formValue(form, 'grant_type') === undefined)
        throw new OAuthRefused('invalid_request', '`grant_type` is needed')
      credentials = clientCredentials(request.headers.authorization, form)
      if (formValue(form, 'grant_type') !== 'client_credentials') {
        throw new OAuthRefused('unsupported_grant_type', 'only `client_credentials` is offered')
      }
      const principal = await client(credentials, request.ip)
      await rate.spend(principal, 1)
      const issued = await tokens.issue(
        principal,
        credentials.clientId,
        wantedScope(formValue(form, 'scope'), principal),
      )
      return await reply.send({
        access_token: issued.accessToken,
        token_type: 'Bearer',
        expires_in: issued.expiresIn,
        scope: issued.scope,
      })
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
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
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

function wantedScope(asked: string | undefined, principal: Principal): readonly string[] | undefined {
  if (asked === undefined) return undefined
  const wanted = asked.split(' ').filter((part) => part !== '')
  if (wanted.some((capability) => !principal.caps.includes(capability))) {
    throw new OAuthRefused('invalid_scope', 'the key does not have every capability that was asked for')
  }
  return wanted
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
