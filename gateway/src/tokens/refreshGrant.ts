/**
 * Refresh tokens at the door: spent for an access token and their successor, or
 * given back. Identity keeps them; the door knows only which tenant one names.
 */
import { hash } from 'node:crypto'
import type { Handovers } from '@muster/db'
import { newId, Refusal } from '@muster/kernel'
import { readRowToken, refreshTokenPrefix } from '@muster/keys'
import type { FastifyRequest } from 'fastify'
import type { Family, RefreshGrant } from '@muster/identity'
import type { BadCredentials } from '../principals/badCredentials.ts'
import { suspended } from '../principals/authenticate.ts'
import type { DoorQueries } from '../principals/doorQueries.ts'
import type { HandoverDesk, Principal } from '../principals/principal.ts'
import type { AccessTokens } from './accessTokens.ts'
import { formValue, OAuthRefused } from './clientCredentials.ts'
import { answerOf, scopeOf, type Form, type TokenAnswer } from './tokenAnswer.ts'
import type { TokenDoor } from './tokenDoor.ts'

export interface RefreshParts {
  queries: DoorQueries
  desk: HandoverDesk
  door: TokenDoor
  tokens: AccessTokens
  bad: BadCredentials
}

const service = 'muster_identity'
const refused = (): OAuthRefused => new OAuthRefused('invalid_grant', 'the refresh token is unknown, spent or revoked')

/** The grant `refresh_token`. Throws `invalid_grant` alike for unknown, spent, expired and revoked ones. */
export async function refresh(parts: RefreshParts, form: Form, request: FastifyRequest): Promise<TokenAnswer> {
  const { door, desk, bad, tokens } = parts
  const token = formValue(form, 'refresh_token')
  if (token === undefined) throw new OAuthRefused('invalid_request', '`refresh_token` is needed')
  await bad.admit(request.ip, hash('sha256', `refresh:${token}`, 'base64url'))
  const named = readRowToken(refreshTokenPrefix, token)
  const handovers = named && { [service]: desk.forDoor(named.tenantId, named.tenantId, request.id, service) }
  const wanted = scopeOf(formValue(form, 'scope'))
  const grant = handovers && (await spend(door, handovers, token, wanted))
  const principal = named && grant && (await principalOf(parts.queries, named.tenantId, grant.family))
  if (!grant || !principal) {
    await bad.failed(request.ip)
    throw refused()
  }
  if (principal.suspended) throw suspended()
  // What was granted then, as far as it is still theirs now; a client may ask for less of it.
  const now = { ...principal, caps: principal.caps.filter((capability) => grant.scope.includes(capability)) }
  return answerOf(await tokens.issue(now, principal.subject, wanted ?? now.caps), grant.refreshToken)
}

async function spend(
  door: TokenDoor,
  handovers: Handovers,
  token: string,
  wanted: readonly string[] | null,
): Promise<RefreshGrant | null> {
  try {
    return await door.refreshTokens(handovers, token, wanted)
  } catch (error) {
    if (error instanceof Refusal) throw new OAuthRefused('invalid_scope', error.message)
    throw error
  }
}

/** Ends what a token stands for (RFC 7009): a refresh token's family, or one access token. */
export async function giveBack(parts: RefreshParts, token: string, requestId: string): Promise<boolean> {
  const { door, desk, tokens } = parts
  const named = readRowToken(refreshTokenPrefix, token)
  if (named !== null) {
    return door.giveBackRefreshToken(
      { [service]: desk.forDoor(named.tenantId, named.tenantId, requestId, service) },
      token,
    )
  }
  const claims = await tokens.read(token)
  if (claims === null) return false
  const { id, tenant, expiresAtMs, credential, basis } = claims
  return door.giveBackAccessToken(
    { [service]: desk.forDoor(tenant, tenant, requestId, service) },
    { id, expiresAt: new Date(expiresAtMs), family: { id: credential, basis } },
  )
}

/** A family of refresh tokens for somebody who just proved who they are; absent when what it hangs on has ended. */
export async function openFamily(
  parts: Pick<RefreshParts, 'door' | 'desk'>,
  principal: Principal,
): Promise<string | undefined> {
  const { tenantId, credential, caps, kind } = principal
  const handovers = { [service]: parts.desk.forDoor(tenantId, tenantId, newId(), service) }
  const family: Family = { id: credential, basis: kind === 'person' ? 'session' : 'api_key' }
  return (await parts.door.openTokenFamily(handovers, family, caps))?.refreshToken
}

function principalOf(queries: DoorQueries, tenantId: string, family: Family): Promise<Principal | null> {
  return family.basis === 'session'
    ? queries.sessionById(tenantId, family.id, 'session')
    : queries.keyById(tenantId, family.id)
}
