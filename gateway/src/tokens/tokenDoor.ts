/**
 * What the token endpoints need of identity, beside the graph: in this process,
 * or in identity's own.
 */
import { inScope, requestScope, type Handovers } from '@muster/db'
import type { Assertion, Family, Identity, RefreshGrant } from '@muster/identity'
import type { RemoteDoor } from '../remote/remoteDoor.ts'

export interface GivenBack {
  id: string
  expiresAt: Date
  family: Family
}

/** Each call acts under the door's own hand-over for the tenant the token names. */
export interface TokenDoor {
  openTokenFamily(handovers: Handovers, family: Family, scope: readonly string[]): Promise<RefreshGrant | null>
  refreshTokens(handovers: Handovers, token: string, wanted: readonly string[] | null): Promise<RefreshGrant | null>
  giveBackRefreshToken(handovers: Handovers, token: string): Promise<boolean>
  giveBackAccessToken(handovers: Handovers, token: GivenBack): Promise<boolean>
  useAssertion(handovers: Handovers, assertion: Assertion): Promise<boolean>
}

/** Identity in this process: each call runs in a scope of the hand-over. */
export function tokensInProcess(identity: Identity): TokenDoor {
  const within = <T>(handovers: Handovers, work: () => Promise<T>): Promise<T> => inScope(requestScope(handovers), work)
  return {
    openTokenFamily: (handovers, family, scope) => within(handovers, () => identity.openTokenFamily(family, scope)),
    refreshTokens: (handovers, token, wanted) => within(handovers, () => identity.refreshTokens(token, wanted)),
    giveBackRefreshToken: (handovers, token) => within(handovers, () => identity.giveBackRefreshToken(token)),
    useAssertion: (handovers, assertion) => within(handovers, () => identity.useAssertion(assertion)),
    giveBackAccessToken: (handovers, token) => within(handovers, () => identity.giveBackAccessToken(token)),
  }
}

/** Identity in a process of its own. */
export function remoteTokens(door: RemoteDoor): TokenDoor {
  return {
    openTokenFamily: async (handovers, family, scope) =>
      (await door.call('openTokenFamily', handovers, family, scope)) as RefreshGrant | null,
    refreshTokens: async (handovers, token, wanted) =>
      (await door.call('refreshTokens', handovers, token, wanted)) as RefreshGrant | null,
    giveBackRefreshToken: async (handovers, token) =>
      (await door.call('giveBackRefreshToken', handovers, token)) === true,
    useAssertion: async (handovers, assertion) => (await door.call('useAssertion', handovers, assertion)) === true,
    giveBackAccessToken: async (handovers, token) =>
      (await door.call('giveBackAccessToken', handovers, token)) === true,
  }
}
