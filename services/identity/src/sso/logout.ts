/**
 * Ending together: our session when the provider's ends (Back-Channel Logout
 * 1.0), and the provider's when ours does (RP-Initiated Logout 1.0).
 */
import { appendReceipts, rawQuery } from '@muster/db'
import { isUuid } from '@muster/kernel'
import * as oidc from 'openid-client'
import type { Room } from '../room.ts'
import { sessionClosedReceipt } from '../signIn/receipts.ts'
import { SsoRefusal } from './errors.ts'
import { providerOf } from './provider.ts'
import { endSsoSessions, issuerOfSession, readConfig } from './store.ts'
import { verifyLogoutToken } from './tokens.ts'

/** Ends the sessions a logout token of the scope's tenant names; how many. Throws `SSO_REFUSED`. */
export async function backchannelLogout(room: Room, logoutToken: string): Promise<number> {
  const config = await room.database.run(readConfig)
  if (config === null) throw new SsoRefusal('NO_PROVIDER')
  const provider = await providerOf(room, config)
  const told = await verifyLogoutToken(provider, room.clock, logoutToken).catch(() => {
    throw new SsoRefusal('NOT_A_LOGOUT_TOKEN')
  })
  const { issuer } = config
  const what = {
    subjectIndex: told.subject === null ? null : room.ssoSecrets.subjectIndex(issuer, told.subject),
    sidIndex: told.sid === null ? null : room.ssoSecrets.sidIndex(issuer, told.sid),
  }
  return room.database.run(async (tx) => {
    const ended = await endSsoSessions(tx, issuer, what)
    await appendReceipts(
      rawQuery(tx),
      ended.map(({ id, personId }) => sessionClosedReceipt(id, personId, 'PROVIDER_SIGNED_OUT')),
    )
    return ended.length
  })
}

/** Where the browser goes to end the provider's session too; null when the session is not from one, or it offers no such page. */
export async function ssoLogoutUrl(room: Room, input: { sessionId: string; returnTo: string }): Promise<string | null> {
  if (!isUuid(input.sessionId)) return null
  const [issuer, config] = await room.database.run(async (tx) => [
    await issuerOfSession(tx, input.sessionId),
    await readConfig(tx),
  ])
  if (issuer === null || config === null || config.issuer !== issuer) return null
  const provider = await providerOf(room, config).catch((error: unknown) => {
    if (error instanceof SsoRefusal) return null
    throw error
  })
  const page = provider?.client.serverMetadata().end_session_endpoint
  if (provider === null || page === undefined || !room.sso.dialler.mayName(page)) return null
  return oidc.buildEndSessionUrl(provider.client, { post_logout_redirect_uri: input.returnTo }).href
}
