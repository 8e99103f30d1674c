/**
 * What the gateway needs of identity to sign people in and out, beside the
 * graph: in this process, or in identity's own.
 */
import { inScope, requestScope, type Handovers } from '@muster/db'
import { tokensInProcess, type TokenDoor } from '../tokens/tokenDoor.ts'
import type { Identity, ScimAnswer, ScimRequest } from '@muster/identity'

type Account = Parameters<Identity['verifyPassword']>[0]
export type OpenedSession = Awaited<ReturnType<Identity['openSession']>>
/** How somebody signed in, when it was not by password. */
export type SignedInBy = Omit<Parameters<Identity['openSession']>[0], 'personId'>
export type SignInRefusal = Parameters<Identity['recordRefusedSignIn']>[0]['reason']

/** Each call acts under the hand-over it is given; `null` where there is nobody yet to act as. */
export interface SignInDoor extends TokenDoor {
  readonly byHandover: true
  emailIndex(email: string): Promise<Buffer>
  verifyPassword(handovers: Handovers | null, account: Account, password: string): Promise<boolean>
  openSession(handovers: Handovers, personId: string, by?: SignedInBy): Promise<OpenedSession>
  closeSession(handovers: Handovers, sessionId: string): Promise<boolean>
  recordRefused(handovers: Handovers, personId: string, reason: SignInRefusal): Promise<void>
  noteKeysUsed(handovers: Handovers, uses: readonly { keyId: string; usedAt: Date }[]): Promise<void>
  /** Provisioning: one SCIM request, answered. */
  scim(handovers: Handovers, request: ScimRequest): Promise<ScimAnswer>
  startSso(handovers: Handovers, input: Parameters<Identity['startSso']>[0]): ReturnType<Identity['startSso']>
  ssoTenant: Identity['ssoTenant']
  completeSso(handovers: Handovers, input: Parameters<Identity['completeSso']>[0]): ReturnType<Identity['completeSso']>
  backchannelLogout(handovers: Handovers, logoutToken: string): Promise<number>
  ssoLogoutUrl(handovers: Handovers, input: Parameters<Identity['ssoLogoutUrl']>[0]): Promise<string | null>
}

/** What was given, as a door: the service itself, or a door to it. */
export function signInDoor(identity: Identity | SignInDoor): SignInDoor {
  return 'byHandover' in identity ? identity : inProcess(identity)
}

/** Identity in this process: each call runs in a scope of the hand-over. */
function inProcess(identity: Identity): SignInDoor {
  const within = <T>(handovers: Handovers, work: () => Promise<T>): Promise<T> => inScope(requestScope(handovers), work)
  return {
    byHandover: true,
    emailIndex: async (email) => identity.emailIndex(email),
    verifyPassword: (handovers, account, password) =>
      handovers === null
        ? identity.verifyPassword(null, password)
        : within(handovers, () => identity.verifyPassword(account, password)),
    openSession: (handovers, personId, by = { loginMethod: 'password' }) =>
      within(handovers, () => identity.openSession({ personId, ...by })),
    closeSession: (handovers, sessionId) => within(handovers, () => identity.closeSession(sessionId)),
    recordRefused: (handovers, personId, reason) =>
      within(handovers, () => identity.recordRefusedSignIn({ personId, loginMethod: 'password', reason })),
    noteKeysUsed: (handovers, uses) => within(handovers, () => identity.noteKeysUsed(uses)),
    ...tokensInProcess(identity),
    scim: (handovers, request) => within(handovers, () => identity.scim(request)),
    startSso: (handovers, input) => within(handovers, () => identity.startSso(input)),
    ssoTenant: (transaction) => identity.ssoTenant(transaction),
    completeSso: (handovers, input) => within(handovers, () => identity.completeSso(input)),
    backchannelLogout: (handovers, logoutToken) => within(handovers, () => identity.backchannelLogout(logoutToken)),
    ssoLogoutUrl: (handovers, input) => within(handovers, () => identity.ssoLogoutUrl(input)),
  }
}
