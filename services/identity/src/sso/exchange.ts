/**
 * The sign-in at a provider: authorization code with PKCE, state and nonce
 * (OpenID Connect Core §3.1, RFC 7636, RFC 9207).
 *
 * All of it happens here: the gateway carries a sealed transaction to the
 * browser and back, and sees no secret and no token.
 * INVARIANT (one answer): whatever was wrong, the sender hears `SSO_REFUSED`;
 * the reason is in the ledger and in the log.
 */
import { appendReceipts, rawQuery } from '@muster/db'
import { Fault } from '@muster/kernel'
import * as oidc from 'openid-client'
import { caller } from '../caller.ts'
import type { SsoCompleted, SsoStarted } from '../identity.ts'
import type { Room } from '../room.ts'
import { SsoRefusal } from './errors.ts'
import { personBehind } from './personBehind.ts'
import { providerOf, type Provider } from './provider.ts'
import { readConfig } from './store.ts'
import { verifyIdToken, type IdClaims } from './tokens.ts'
import { openTransaction, sealTransaction, type Transaction } from './transaction.ts'

/** The way to the provider; null when the scope's tenant has none, or it does not answer. */
export async function startSso(
  room: Room,
  input: { redirectUri: string; next: string; loginHint: string | null },
): Promise<SsoStarted | null> {
  const config = await room.database.run(readConfig)
  if (config === null) return null
  const provider = await providerOf(room, config).catch((error: unknown) => {
    if (error instanceof SsoRefusal) return null
    throw error
  })
  if (provider === null) return null
  const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()]
  const { redirectUri, next, loginHint } = input
  const url = oidc.buildAuthorizationUrl(provider.client, {
    redirect_uri: redirectUri,
    scope: 'openid email profile',
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(loginHint === null ? {} : { login_hint: loginHint }),
  })
  const { tenantId: tenant, version } = config
  const content = { tenant, version, state, nonce, verifier, redirectUri, next }
  return { url: url.href, transaction: await sealTransaction(room.ssoSecrets, room.clock, content) }
}

/** The tenant a transaction belongs to; null when it is not ours or too old. Needs no scope. */
export async function ssoTenant(room: Room, transaction: string): Promise<string | null> {
  const opened = await openTransaction(room.ssoSecrets, room.clock, transaction).catch(() => null)
  return opened?.tenant ?? null
}

/** Ends what `startSso` began. Throws `SSO_REFUSED`, and records why. */
export async function completeSso(room: Room, input: { transaction: string; query: string }): Promise<SsoCompleted> {
  try {
    const opened = await openTransaction(room.ssoSecrets, room.clock, input.transaction)
    return await complete(room, opened, input.query)
  } catch (error) {
    if (error instanceof Fault) throw error
    const reason = reasonOf(error)
    room.log.info({ reason }, 'a sign-in by single sign-on was refused')
    await room.database.run((tx) =>
      appendReceipts(rawQuery(tx), [
        { type: 'sso.refused', subject: { type: 'tenant', id: caller().tenant_id }, data: { reason } },
      ]),
    )
    throw new SsoRefusal(reason)
  }
}

async function complete(room: Room, opened: Transaction, query: string): Promise<SsoCompleted> {
  const config = await room.database.run(readConfig)
  if (config === null || opened.tenant !== caller().tenant_id) throw new SsoRefusal('NO_PROVIDER')
  if (config.version !== opened.version) throw new SsoRefusal('CONFIGURATION_CHANGED')
  const provider = await providerOf(room, config)
  const id = await exchange(room, provider, opened, query)
  const { issuer } = config
  return {
    personId: await personBehind(room, config, id),
    loginMethod: `sso_${config.providerType}`,
    origin: {
      issuer,
      subjectIndex: room.ssoSecrets.subjectIndex(issuer, id.subject),
      sidIndex: id.sid === null ? null : room.ssoSecrets.sidIndex(issuer, id.sid),
    },
    next: opened.next,
  }
}

async function exchange(room: Room, provider: Provider, opened: Transaction, query: string): Promise<IdClaims> {
  const back = new URL(opened.redirectUri)
  back.search = query
  const answer = await oidc.authorizationCodeGrant(provider.client, back, {
    expectedState: opened.state,
    expectedNonce: opened.nonce,
    pkceCodeVerifier: opened.verifier,
    idTokenExpected: true,
  })
  if (answer.id_token === undefined) throw new SsoRefusal('NO_ID_TOKEN')
  return verifyIdToken(provider, room.clock, answer.id_token, opened.nonce)
}

/** A code for the ledger: ours, the libraries', or none. Never a text, which may quote the provider. */
function reasonOf(error: unknown): string {
  if (error instanceof SsoRefusal) return error.reason
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'NOT_UNDERSTOOD'
}
