/**
 * What a client presents at the token endpoint: `client_secret_basic` or
 * `client_secret_post` (RFC 6749 §2.3.1), exactly one of them.
 */
import { parseApiKey } from '@muster/keys'

export interface ClientCredentials {
  clientId: string
  secret: string
  /** True when they came in the `Authorization` header, which the challenge then names. */
  basic: boolean
}

/** Error codes of RFC 6749 §5.2 that this endpoint gives. */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'temporarily_unavailable'

export class OAuthRefused extends Error {
  readonly code: OAuthError
  override readonly name = 'OAuthRefused'
  /** @param description public text, ASCII as RFC 6749 asks. */
  constructor(code: OAuthError, description: string) {
    super(description)
    this.code = code
  }
}

/** A form's single value; RFC 6749 §3.2 refuses a parameter that stands twice. */
export function formValue(form: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = form[name]
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string') throw new OAuthRefused('invalid_request', `\`${name}\` stands more than once`)
  return value
}

/** Reads the client's credentials. Throws `invalid_request` or `invalid_client`. */
export function clientCredentials(
  authorization: string | undefined,
  form: Readonly<Record<string, unknown>>,
): ClientCredentials {
  const id = formValue(form, 'client_id')
  const secret = formValue(form, 'client_secret')
  const basic = authorization === undefined ? undefined : /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization)?.[1]
  if (authorization !== undefined) {
    if (secret !== undefined) throw new OAuthRefused('invalid_request', 'authenticate in one way')
    if (basic === undefined) throw new OAuthRefused('invalid_client', 'the scheme is not Basic')
    const [user, password] = userAndPassword(basic)
    if (id !== undefined && id !== user) throw new OAuthRefused('invalid_request', 'two different `client_id`')
    return { clientId: user, secret: password, basic: true }
  }
  if (id === undefined || secret === undefined) {
    throw new OAuthRefused('invalid_client', '`client_id` and `client_secret` are needed')
  }
  return { clientId: id, secret, basic: false }
}

/** Shorter than any key's public part, longer than what all keys begin with. */
const clientIdLengthMin = 8

/**
 * The client id is the key's public prefix, alone or with what stands before it in the key. How much of the key a
 * client takes for its prefix is its own affair: the secret alone proves anything, and it holds the whole key.
 */
export function namesKey(clientId: string, key: string): boolean {
  const parsed = parseApiKey(key)
  if (parsed === null) return false
  return clientId === parsed.prefix || (clientId.length >= clientIdLengthMin && key.startsWith(clientId))
}

function userAndPassword(encoded: string): [string, string] {
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) throw new OAuthRefused('invalid_client', 'the credentials are not well formed')
  try {
    // Both parts are form-urlencoded before they are joined (RFC 6749 §2.3.1).
    const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '))
    return [decode(text.slice(0, colon)), decode(text.slice(colon + 1))]
  } catch {
    throw new OAuthRefused('invalid_client', 'the credentials are not well formed')
  }
}
