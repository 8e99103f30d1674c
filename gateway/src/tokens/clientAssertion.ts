/**
 * `private_key_jwt` (RFC 7523): an agent signs who it is with its registered key
 * in place of sending its API key. It becomes what its API key is and no more.
 *
 * INVARIANT (once): an assertion is for this server, lives five minutes at most
 * and is used once, at whichever gateway.
 */
import { createPublicKey, hash } from 'node:crypto'
import { parseStrict, type JsonObject } from '@muster/canonical-json'
import type { Clock } from '@muster/kernel'
import { verifyJws } from '@muster/keys'
import type { JWK } from 'jose'
import type { Origins } from '../door/origins.ts'
import type { BadCredentials } from '../principals/badCredentials.ts'
import type { DoorQueries, DoorRow } from '../principals/doorQueries.ts'
import type { HandoverDesk, Principal } from '../principals/principal.ts'
import { formValue, OAuthRefused } from './clientCredentials.ts'
import type { Form } from './tokenAnswer.ts'
import type { TokenDoor } from './tokenDoor.ts'

export interface AssertionParts {
  queries: DoorQueries
  desk: HandoverDesk
  door: TokenDoor
  bad: BadCredentials
  origins: Origins
  clock: Clock
}

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Seconds an assertion may live; RFC 7523 leaves it to us, and a stolen one should be stale. */
const lifeMaxSeconds = 300
/** A client's clock may be ahead by this much. Seconds. */
const skewSeconds = 5
const assertionCharsMax = 4_096
const service = 'muster_identity'

const refused = (): OAuthRefused => new OAuthRefused('invalid_client', 'the assertion does not hold')

/** The client that signed. Throws `invalid_client` alike for whatever does not hold, `invalid_request` for a malformed form. */
export async function clientByAssertion(
  parts: AssertionParts,
  form: Form,
  from: { authorization: string | undefined; address: string; requestId: string },
): Promise<{ principal: Principal; clientId: string }> {
  if (formValue(form, 'client_assertion_type') !== assertionType) {
    throw new OAuthRefused('invalid_request', `\`client_assertion_type\` is not \`${assertionType}\``)
  }
  if (from.authorization !== undefined || formValue(form, 'client_secret') !== undefined) {
    throw new OAuthRefused('invalid_request', 'authenticate in one way')
  }
  const assertion = formValue(form, 'client_assertion') ?? ''
  await parts.bad.admit(from.address, hash('sha256', `assertion:${assertion}`, 'base64url'))
  const claims = assertion.length > assertionCharsMax ? null : partOf(assertion, 1)
  const clientId = claims?.['sub']
  const named = formValue(form, 'client_id')
  const principal =
    claims !== null && typeof clientId === 'string' && (named === undefined || named === clientId)
      ? await proven(parts, assertion, claims, clientId, from.requestId)
      : null
  if (principal === null) {
    await parts.bad.failed(from.address)
    throw refused()
  }
  return { principal, clientId: clientId as string }
}

async function proven(
  parts: AssertionParts,
  assertion: string,
  claims: JsonObject,
  clientId: string,
  requestId: string,
): Promise<Principal | null> {
  const { queries, desk, door, origins, clock } = parts
  const { iss, aud, exp, iat, nbf, jti } = claims
  const now = clock.nowMs() / 1000
  const audiences = Array.isArray(aud) ? aud : [aud]
  if (iss !== clientId || audiences.length !== 1) return null
  if (audiences[0] !== origins.own && audiences[0] !== `${origins.own}/oauth/token`) return null
  if (typeof exp !== 'number' || exp <= now || exp > now + lifeMaxSeconds + skewSeconds) return null
  for (const notBefore of [iat, nbf])
    if (notBefore !== undefined && (typeof notBefore !== 'number' || notBefore > now + skewSeconds)) return null
  if (typeof jti !== 'string' || jti === '' || jti.length > 256) return null
  const key = await signerOf(queries, assertion, clientId)
  if (key === null) return null
  const handovers = { [service]: desk.forDoor(key.tenantId, key.tenantId, requestId, service) }
  // Noted after the signature: nobody fills the memory of another's assertions.
  if (!(await door.useAssertion(handovers, { keyId: key.refId, jti, expiresAt: new Date(exp * 1000) }))) return null
  return queries.keyById(key.tenantId, key.refId)
}

/** The key of that prefix whose agent's registered key made the signature. */
async function signerOf(queries: DoorQueries, assertion: string, clientId: string): Promise<DoorRow | null> {
  const kid = partOf(assertion, 0)?.['kid']
  for (const row of await queries.lookUp('api_key', Buffer.from(clientId, 'utf8'))) {
    const registered = await queries.agentKey(row.tenantId, row.refId)
    const jwk = registered === null ? null : publicJwk(registered)
    if (jwk === null) continue
    // There is one key an agent may sign with; what the client calls it is its own affair.
    const meant = typeof kid === 'string' ? { ...jwk, kid } : jwk
    if (await verifyJws(assertion, [meant]).then(Boolean, () => false)) return row
  }
  return null
}

/** The public members of what an agent registered: PEM or JWK; null for anything else. */
function publicJwk(text: string): JWK | null {
  try {
    const key = text.trimStart().startsWith('{')
      ? createPublicKey({ key: parseStrict(Buffer.from(text, 'utf8')) as JsonObject, format: 'jwk' })
      : createPublicKey(text)
    const { kty, crv, x, y } = key.export({ format: 'jwk' })
    return { kty, crv, x, ...(y === undefined ? {} : { y }) } as JWK
  } catch {
    return null // registered for something else; it proves nothing here
  }
}

/** Header or claims, unverified: to know whom to ask. */
function partOf(token: string, part: 0 | 1): JsonObject | null {
  try {
    const value = parseStrict(Buffer.from(token.split('.')[part] ?? '', 'base64url'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
  } catch {
    return null
  }
}
