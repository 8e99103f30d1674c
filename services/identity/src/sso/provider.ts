/**
 * Providers as this service talks to them: their discovery document, their
 * keys, and how our client proves itself.
 *
 * Kept for some minutes a version of the configuration. Keys are looked for
 * again when one is unknown, with a pause between two looks: a provider may
 * rotate, and a stranger may not make us ask for every forged token.
 */
import { createRemoteJWKSet, customFetch as keyFetch, type JWTVerifyGetKey } from 'jose'
import * as oidc from 'openid-client'
import { Fault } from '@muster/kernel'
import type { Room } from '../room.ts'
import { openSecret } from './configureSso.ts'
import { openDialler, type Dialler } from './dialling.ts'
import { SsoRefusal } from './errors.ts'
import type { SsoSettings } from './settings.ts'
import type { SsoConfigRow } from './store.ts'

export interface Provider {
  readonly config: SsoConfigRow
  readonly client: oidc.Configuration
  readonly keys: JWTVerifyGetKey
}

export interface Sso {
  readonly settings: SsoSettings
  readonly dialler: Dialler
  readonly known: Map<string, { provider: Promise<Provider>; untilMs: number }>
}

const keptMs = 10 * 60_000
const answerTimeoutSeconds = 10
/** Clocks of two companies differ by this much and no more. */
export const clockToleranceSeconds = 30

export function openSso(settings: SsoSettings): Sso {
  return { settings, dialler: openDialler(settings), known: new Map() }
}

/** The provider of a configuration. Throws `SsoRefusal` when it cannot be reached or is another than it should be. */
export function providerOf(room: Room, config: SsoConfigRow): Promise<Provider> {
  const { known } = room.sso
  const name = `${config.tenantId} ${config.version} ${config.updatedAt.getTime()}`
  const now = room.clock.nowMs()
  const kept = known.get(name)
  if (kept !== undefined && kept.untilMs > now) return kept.provider
  for (const [other, { untilMs }] of known) {
    if (untilMs <= now || other.startsWith(`${config.tenantId} `)) known.delete(other)
  }
  const provider = discover(room, config)
  known.set(name, { provider, untilMs: now + keptMs })
  provider.catch(() => known.delete(name))
  return provider
}

async function discover(room: Room, config: SsoConfigRow): Promise<Provider> {
  const { dialler, settings } = room.sso
  const secret = await openSecret(room, config)
  const insecure = config.issuer.startsWith('http:') && dialler.mayName(config.issuer)
  const execute = insecure ? [oidc.allowInsecureRequests] : []
  const more = { [oidc.customFetch]: dialler.fetch as oidc.CustomFetch, timeout: answerTimeoutSeconds, execute }
  let server: oidc.ServerMetadata
  try {
    server = (
      await oidc.discovery(new URL(config.issuer), config.clientId, undefined, oidc.None(), more)
    ).serverMetadata()
  } catch (cause) {
    room.log.info({ err: cause, issuer: config.issuer }, 'a provider could not be discovered')
    throw new SsoRefusal('DISCOVERY_FAILED')
  }
  // To the letter: what differs by a slash is another issuer in the token as well.
  if (server.issuer !== config.issuer) throw new SsoRefusal('ISSUER_MISMATCH')
  const { authorization_endpoint: door, token_endpoint: tokens, jwks_uri: keys } = server
  if (![door, tokens, keys].every((address) => address !== undefined && dialler.mayName(address))) {
    throw new SsoRefusal('ENDPOINT_REFUSED')
  }
  const methods = server.token_endpoint_auth_methods_supported
  const isBasic = methods === undefined || methods.includes('client_secret_basic')
  const client = new oidc.Configuration(
    server,
    config.clientId,
    {
      client_secret: secret,
      [oidc.clockSkew]: Math.round(room.clock.offsetMs / 1000),
      [oidc.clockTolerance]: clockToleranceSeconds,
    },
    isBasic ? oidc.ClientSecretBasic(secret) : oidc.ClientSecretPost(secret),
  )
  client[oidc.customFetch] = dialler.fetch as oidc.CustomFetch
  client.timeout = answerTimeoutSeconds
  if (insecure) oidc.allowInsecureRequests(client)
  if (keys === undefined) throw new Fault('INTERNAL', 'a provider has no keys')
  return {
    config,
    client,
    keys: createRemoteJWKSet(new URL(keys), {
      cooldownDuration: settings.keyCooldownMs,
      cacheMaxAge: keptMs,
      timeoutDuration: answerTimeoutSeconds * 1000,
      [keyFetch]: dialler.fetch,
    }),
  }
}
