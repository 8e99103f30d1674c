/**
 * An OpenID provider over real HTTP that says whatever a test wants it to say,
 * signed with real keys. What it says by default is right in every way.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTHeaderParameters } from 'jose'

export type Claims = Record<string, unknown>
type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey']

export interface SigningKey {
  alg: string
  kid: string
  privateKey: Key
  publicJwk: JWK
}

export interface Said {
  claims?: Claims
  /** Names of claims left out. */
  without?: readonly string[]
  header?: Partial<JWTHeaderParameters>
  key?: SigningKey
  /** The token as it is sent, in place of one that was signed. */
  token?: (good: string) => string | Promise<string>
  /** Members of the token endpoint's answer that differ; undefined = left out. */
  answer?: Record<string, unknown>
}

export interface TestProvider {
  readonly issuer: string
  /** What the next token endpoint's answer says. */
  says: Said
  /** Who signs in. */
  person: Claims
  nonce: string
  /** Keys in the key set. */
  keys: SigningKey[]
  /** Members of the discovery document that differ. */
  discovery: Record<string, unknown>
  /** Requests by path, with the headers and bodies of the token endpoint. */
  readonly seen: { path: string; authorization: string | undefined; body: URLSearchParams }[]
  sign(claims: Claims, header?: Partial<JWTHeaderParameters>, key?: SigningKey): Promise<string>
  stop(): Promise<void>
}

export async function newKey(alg: string, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

export async function startProvider(clientId: string, nowMs: () => number): Promise<TestProvider> {
  const first = await newKey('RS256', 'first')
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const issuer = `http://127.0.0.1:${port}`
  const now = (): number => Math.floor(nowMs() / 1000)

  const provider: TestProvider = {
    issuer,
    says: {},
    person: {},
    nonce: '',
    keys: [first],
    discovery: {},
    seen: [],
    sign: (claims, header = {}, key = provider.keys[0]!) =>
      new SignJWT(claims).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  async function idToken({ claims, without = [], header, key, token }: Said): Promise<string> {
    const all = { iss: issuer, aud: clientId, iat: now(), exp: now() + 300, nonce: provider.nonce, ...provider.person }
    const kept = Object.entries({ ...all, ...claims }).filter(([name]) => !without.includes(name))
    const good = await provider.sign(Object.fromEntries(kept), header, key)
    return token === undefined ? good : token(good)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    let body = ''
    for await (const chunk of request) body += String(chunk)
    provider.seen.push({ path, authorization: request.headers.authorization, body: new URLSearchParams(body) })
    const send = (value: unknown): void => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    if (path === '/.well-known/openid-configuration') {
      return send({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        end_session_endpoint: `${issuer}/end`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256', 'none'],
        authorization_response_iss_parameter_supported: true,
        ...provider.discovery,
      })
    }
    if (path === '/jwks') return send({ keys: provider.keys.map(({ publicJwk }) => publicJwk) })
    if (path === '/token') {
      const right = { access_token: 'access', token_type: 'Bearer', expires_in: 60, scope: 'openid' }
      return send({ ...right, id_token: await idToken(provider.says), ...provider.says.answer })
    }
    response.writeHead(404).end()
  }
  return provider
}
