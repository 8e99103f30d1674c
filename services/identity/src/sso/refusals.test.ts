/**
 * Everything a provider, or somebody in its place, can get wrong on purpose:
 * each is refused, beside the same sign-in done right, which is accepted.
 *
 * The cases carry the names of the OpenID Foundation's conformance modules for
 * relying parties; those that do not apply to us stand below, with the reason.
 */
import { createHmac } from 'node:crypto'
import { CompactEncrypt, UnsecuredJWT, decodeJwt, generateKeyPair } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inScope, type RequestScope } from '@muster/db'
import { systemClock } from '@muster/kernel'
import { newKey, startProvider, type Said, type SigningKey, type TestProvider } from '../testing/provider.ts'
import { startWorld, type World } from '../testing/world.ts'

const clientId = 'muster'
const clientSecret = 'the secret of the client'
const redirectUri = 'https://muster.example/auth/sso/callback'
const subject = 'subject-of-ada'

let world: World
let idp: TestProvider
let door: RequestScope
let others: Record<'es' | 'ps' | 'ed' | 'stranger', SigningKey>

beforeAll(async () => {
  world = await startWorld()
  idp = await startProvider(clientId, systemClock.nowMs)
  others = {
    es: await newKey('ES256', 'es'),
    ps: await newKey('PS256', 'ps'),
    ed: await newKey('EdDSA', 'ed'),
    stranger: await newKey('RS256', 'first'),
  }
  door = world.scope(world.northwind, {
    sub: world.northwind.tenantId,
    kind: 'service',
    caps: ['people:write'],
    all: true,
  })
  const ada = await world.person(world.northwind, 'ada', [{ role: 'viewer', unit: null }])
  const claimed = (await world.mutate(
    world.northwind.service,
    'claimDomain',
    { domain: ada.email.split('@')[1] },
    '... on DomainClaimed { domain { id domain record } }',
  )) as unknown as { domain: { id: string; domain: string; record: string } }
  world.names.publish(claimed.domain.domain, claimed.domain.record)
  await world.mutate(world.northwind.service, 'verifyDomain', { domainId: claimed.domain.id })
  idp.person = { sub: subject, email: ada.email, email_verified: true, name: 'Ada' }
})
afterAll(async () => {
  await idp?.stop()
  await world?.stop()
})

const rightKeys = (): SigningKey[] => [firstKey]
let firstKey: SigningKey

beforeEach(async () => {
  firstKey ??= idp.keys[0]!
  idp.keys = rightKeys()
  idp.discovery = {}
  await configure()
})

/** A version of its own for every case: nothing that an earlier one taught is remembered. */
async function configure(part: Record<string, unknown> = {}): Promise<void> {
  const input = { providerType: 'OIDC_GENERIC', issuer: idp.issuer, clientId, clientSecret, ...part }
  expect(await world.mutate(world.northwind.service, 'configureSso', input)).toMatchObject({
    __typename: 'SsoConfigured',
  })
}

interface Case {
  says?: Said | (() => Said)
  /** The authorization response, changed. */
  response?: (right: URLSearchParams) => void
  keys?: () => SigningKey[]
  discovery?: () => Record<string, unknown>
}

/** A whole sign-in: to the provider, and back with what it answers. The person, or the reason on record. */
async function signIn({ says = {}, response = () => {}, keys, discovery }: Case = {}): Promise<string> {
  if (keys !== undefined) idp.keys = keys()
  idp.discovery = discovery?.() ?? {}
  idp.says = typeof says === 'function' ? says() : says
  const started = await inScope(door, () => world.identity.startSso({ redirectUri, next: '/agents', loginHint: null }))
  if (started === null) return 'NOT_STARTED'
  const asked = new URL(started.url).searchParams
  idp.nonce = asked.get('nonce')!
  const answer = new URLSearchParams({ code: 'a-code', state: asked.get('state')!, iss: idp.issuer })
  response(answer)
  try {
    const { loginMethod } = await inScope(door, () =>
      world.identity.completeSso({ transaction: started.transaction, query: answer.toString() }),
    )
    return loginMethod
  } catch (error) {
    expect(error).toMatchObject({ code: 'SSO_REFUSED', message: 'the sign-in was refused' })
    const [last] = (await world.receipts(world.northwind)).slice(-1)
    expect(last!.type).toBe('sso.refused')
    return String(last!.data['reason'])
  }
}

const accepted = 'sso_oidc_generic'
const now = (): number => Math.floor(Date.now() / 1000)

const acceptedCases: Record<string, Case> = {
  'happy-path': {},
  'client-secret-basic': {},
  'idtoken-sig-rs256': {},
  'valid-aud-as-array': { says: { claims: { aud: [clientId] } } },
  'kid-absent-single-jwks': { says: { header: { kid: undefined } as never } },
  'token-type-case-insensitivity': { says: { answer: { token_type: 'bEaReR' } } },
  'token-endpoint-response-without-expires_in': { says: { answer: { expires_in: undefined } } },
  'no-scope-in-token-endpoint-response': { says: { answer: { scope: undefined } } },
  'remove-authorization-response-iss': {
    discovery: () => ({ authorization_response_iss_parameter_supported: false }),
    response: (answer) => answer.delete('iss'),
  },
}

const mac = (token: string, secret: string): string => {
  const [, payload] = token.split('.')
  const head = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'first' })).toString('base64url')
  return `${head}.${payload}.${createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url')}`
}
const spoilt = (token: string): string => {
  const [head, payload, signature] = token.split('.')
  const bytes = Buffer.from(signature!, 'base64url')
  bytes[10]! ^= 1
  return `${head}.${payload}.${bytes.toString('base64url')}`
}
const encrypted = async (token: string, alg: string): Promise<string> => {
  const { publicKey } = await generateKeyPair('RSA-OAEP')
  if (alg === 'RSA-OAEP') {
    return new CompactEncrypt(Buffer.from(token)).setProtectedHeader({ alg, enc: 'A256GCM' }).encrypt(publicKey)
  }
  // No library makes these any more; the header is what decides.
  const head = Buffer.from(JSON.stringify({ alg, enc: 'A256GCM' })).toString('base64url')
  return `${head}.${'A'.repeat(342)}.${'A'.repeat(16)}.${Buffer.from(token).toString('base64url')}.${'A'.repeat(22)}`
}

const refusedCases: Record<string, Case> = {
  'discovery-issuer-mismatch': { discovery: () => ({ issuer: 'https://somebody.else.example' }) },
  'ensure-authorization-response-with-invalid-missing-state-fails': { response: (answer) => answer.delete('state') },
  'ensure-authorization-response-with-invalid-state-fails': { response: (answer) => answer.set('state', 'another') },
  'invalid-authorization-response-iss': { response: (answer) => answer.set('iss', 'https://somebody.else.example') },
  'remove-authorization-response-iss, though it was promised': { response: (answer) => answer.delete('iss') },
  'encrypted-idtoken': { says: { token: (good) => encrypted(good, 'RSA-OAEP') } },
  'encrypted-idtoken-usingrsa15': { says: { token: (good) => encrypted(good, 'RSA1_5') } },
  'iat-is-week-in-past': { says: () => ({ claims: { iat: now() - 7 * 86_400 } }) },
  'idtoken-sig-none': { says: { token: (good) => new UnsecuredJWT(decodeJwt(good)).encode() } },
  'invalid-null-alg': { says: { token: (good) => new UnsecuredJWT(decodeJwt(good)).encode() } },
  'invalid-alternate-alg': { says: { token: (good) => mac(good, clientSecret) } },
  'invalid-sig-hs256': { says: { token: (good) => mac(good, clientSecret) } },
  'invalid-sig-rs256': { says: { token: spoilt } },
  'invalid-signature': { says: () => ({ key: others.stranger }) },
  'invalid-sig-es256': { keys: () => [others.es], says: () => ({ key: others.es, token: spoilt }) },
  'invalid-aud': { says: { claims: { aud: 'another-client' } } },
  'invalid-secondary-aud': { says: { claims: { aud: [clientId, 'another-client'], azp: clientId } } },
  'invalid-missing-aud': { says: { without: ['aud'] } },
  'missing-aud': { says: { without: ['aud'] } },
  'invalid-iss': { says: { claims: { iss: 'https://somebody.else.example' } } },
  'invalid-missing-iss': { says: { without: ['iss'] } },
  'invalid-expired-exp': { says: () => ({ claims: { exp: now() - 60 } }) },
  'invalid-missing-exp': { says: { without: ['exp'] } },
  'missing-iat': { says: { without: ['iat'] } },
  'missing-sub': { says: { without: ['sub'] } },
  'invalid-nonce': { says: { claims: { nonce: 'another' } } },
  'nonce-invalid': { says: { claims: { nonce: 7 } } },
  'invalid-missing-nonce': { says: { without: ['nonce'] } },
  'kid-absent-multiple-jwks': {
    keys: () => [firstKey, { ...others.stranger, publicJwk: { ...others.stranger.publicJwk, kid: 'second' } }],
    says: { header: { kid: undefined } as never },
  },
  'iat in the future': { says: () => ({ claims: { iat: now() + 3_600 } }) },
  'azp of another client': { says: { claims: { azp: 'another-client' } } },
  'no ID token': { says: { answer: { id_token: undefined } } },
  'an error in place of a code': {
    response: (answer) => {
      answer.delete('code')
      answer.set('error', 'access_denied')
    },
  },
  'two states': { response: (answer) => answer.append('state', answer.get('state')!) },
}

/** What the ledger says of each: refused for what is wrong with it, and not for something else. */
const reasonOf: Readonly<Record<string, string>> = {
  'discovery-issuer-mismatch': 'NOT_STARTED',
  'ensure-authorization-response-with-invalid-missing-state-fails': 'OAUTH_INVALID_RESPONSE',
  'ensure-authorization-response-with-invalid-state-fails': 'OAUTH_INVALID_RESPONSE',
  'invalid-authorization-response-iss': 'OAUTH_INVALID_RESPONSE',
  'remove-authorization-response-iss, though it was promised': 'OAUTH_INVALID_RESPONSE',
  'encrypted-idtoken': 'OAUTH_UNSUPPORTED_OPERATION',
  'encrypted-idtoken-usingrsa15': 'OAUTH_UNSUPPORTED_OPERATION',
  'iat-is-week-in-past': 'ERR_JWT_EXPIRED',
  'idtoken-sig-none': 'ERR_JOSE_ALG_NOT_ALLOWED',
  'invalid-null-alg': 'ERR_JOSE_ALG_NOT_ALLOWED',
  'invalid-alternate-alg': 'ERR_JOSE_ALG_NOT_ALLOWED',
  'invalid-sig-hs256': 'ERR_JOSE_ALG_NOT_ALLOWED',
  'invalid-sig-rs256': 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'invalid-signature': 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'invalid-sig-es256': 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'invalid-aud': 'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'invalid-secondary-aud': 'FOREIGN_AUDIENCE',
  'invalid-missing-aud': 'OAUTH_INVALID_RESPONSE',
  'missing-aud': 'OAUTH_INVALID_RESPONSE',
  'invalid-iss': 'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'invalid-missing-iss': 'OAUTH_INVALID_RESPONSE',
  'invalid-expired-exp': 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'invalid-missing-exp': 'OAUTH_INVALID_RESPONSE',
  'missing-iat': 'OAUTH_INVALID_RESPONSE',
  'missing-sub': 'OAUTH_INVALID_RESPONSE',
  'invalid-nonce': 'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'nonce-invalid': 'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'invalid-missing-nonce': 'OAUTH_INVALID_RESPONSE',
  'kid-absent-multiple-jwks': 'ERR_JWKS_MULTIPLE_MATCHING_KEYS',
  'iat in the future': 'ERR_JWT_CLAIM_VALIDATION_FAILED',
  'azp of another client': 'FOREIGN_AUDIENCE',
  'no ID token': 'OAUTH_INVALID_RESPONSE',
  'an error in place of a code': 'OAUTH_AUTHORIZATION_RESPONSE_ERROR',
  'two states': 'OAUTH_INVALID_RESPONSE',
}

/** Modules of the list that are not about a relying party with the code flow and no userinfo. */
const doNotApply: Record<string, readonly string[]> = {
  'the hybrid or implicit flow, in which the browser carries an ID token: we ask for a code alone': [
    'invalid-chash',
    'missing-chash',
    'invalid-shash',
    'invalid-missing-shash',
    'missing-athash',
    'nonce-unless-code-flow',
  ],
  'JARM, signed authorization responses: not asked for': [
    'ensure-jarm-signature-is-not-none',
    'ensure-jarm-with-expired-exp-fails',
    'ensure-jarm-with-invalid-aud-fails',
    'ensure-jarm-with-invalid-iss-fails',
    'ensure-jarm-with-invalid-sig-fails',
    'ensure-jarm-without-aud-fails',
    'ensure-jarm-without-exp-fails',
    'ensure-jarm-without-iss-fails',
  ],
  'userinfo or another protected resource: the ID token is all that is read': [
    'scope-userinfo-claims',
    'userinfo-bearer-header',
    'userinfo-invalid-sub',
    'userinfo-signed',
    'rs-dpop-auth-scheme-case-insensitivity',
    'happy-path-no-dpop-nonce',
  ],
  'a name of the suite itself, not of a case': ['fapi1-advanced-final-client-test', 'oidcc-client-test', 'run'],
}

describe('is accepted', () => {
  test.each(Object.entries(acceptedCases))('%s', async (_, each) => {
    expect(await signIn(each)).toBe(accepted)
  })

  test.each(['es', 'ps', 'ed'] as const)('signed with %s', async (name) => {
    expect(await signIn({ keys: () => [others[name]], says: () => ({ key: others[name] }) })).toBe(accepted)
  })
})

describe('is refused, and the same done right is accepted', () => {
  test.each(Object.entries(refusedCases))('%s', async (name, each) => {
    expect(await signIn(each)).toBe(reasonOf[name])
    idp.keys = rightKeys()
    await configure()
    expect(await signIn()).toBe(accepted)
  })
})

test('every module of the list is a case here, or is named with the reason why not', () => {
  const here = [...Object.keys(acceptedCases), ...Object.keys(refusedCases), ...Object.values(doNotApply).flat()]
  for (const module of modules) expect(here, module).toContain(module)
})

test('an algorithm that is not pinned is refused, whoever signed with it', async () => {
  await configure({ algorithms: ['ES256'] })
  expect(await signIn()).toMatch(/ALG/)
  expect(await signIn({ keys: () => [others.es], says: () => ({ key: others.es }) })).toBe(accepted)
})

test('a key that is new at the provider is looked for, and an old one that is gone counts no longer', async () => {
  expect(await signIn()).toBe(accepted)
  const next = await newKey('RS256', 'next')
  expect(await signIn({ keys: () => [next], says: { key: next } })).toBe(accepted)
  expect(await signIn({ keys: () => [next], says: { key: firstKey } })).toMatch(/^ERR_JWKS/)
})

test('proves itself by its secret in the header, and the code by its verifier', async () => {
  idp.seen.length = 0
  expect(await signIn()).toBe(accepted)
  const [asked] = idp.seen.filter(({ path }) => path === '/token')
  const [name, secret] = Buffer.from(asked!.authorization!.split(' ')[1]!, 'base64').toString().split(':')
  expect([name, decodeURIComponent(secret!.replaceAll('+', ' '))]).toEqual([clientId, clientSecret])
  expect(asked!.body.get('code_verifier')).toMatch(/^[\w-]{43,}$/)
  expect(asked!.body.has('client_secret')).toBe(false)
})

const modules = `client-secret-basic discovery-issuer-mismatch encrypted-idtoken-usingrsa15 encrypted-idtoken
ensure-authorization-response-with-invalid-missing-state-fails ensure-authorization-response-with-invalid-state-fails
ensure-jarm-signature-is-not-none ensure-jarm-with-expired-exp-fails ensure-jarm-with-invalid-aud-fails
ensure-jarm-with-invalid-iss-fails ensure-jarm-with-invalid-sig-fails ensure-jarm-without-aud-fails
ensure-jarm-without-exp-fails ensure-jarm-without-iss-fails fapi1-advanced-final-client-test happy-path-no-dpop-nonce
happy-path iat-is-week-in-past idtoken-sig-none idtoken-sig-rs256 invalid-alternate-alg invalid-aud
invalid-authorization-response-iss invalid-chash invalid-expired-exp invalid-iss invalid-missing-aud
invalid-missing-exp invalid-missing-iss invalid-missing-nonce invalid-missing-shash invalid-nonce invalid-null-alg
invalid-secondary-aud invalid-shash invalid-sig-es256 invalid-sig-hs256 invalid-sig-rs256 invalid-signature
kid-absent-multiple-jwks kid-absent-single-jwks missing-athash missing-aud missing-chash missing-iat missing-sub
no-scope-in-token-endpoint-response nonce-invalid nonce-unless-code-flow oidcc-client-test
remove-authorization-response-iss rs-dpop-auth-scheme-case-insensitivity run scope-userinfo-claims
token-endpoint-response-without-expires_in token-type-case-insensitivity userinfo-bearer-header userinfo-invalid-sub
userinfo-signed valid-aud-as-array`.split(/\s+/)
