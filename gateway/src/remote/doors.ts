/**
 * Identity's and the passport's doors when they run in processes of their own.
 */
import type { ScimAnswer } from '@muster/identity'
import type { TrustDocument } from '@muster/keys'
import type { RangeProof } from '@muster/passport'
import type { LedgerDoor } from '../ledger/ledgerDoor.ts'
import type { OpenedSession, SignInDoor } from '../sessions/signInDoor.ts'
import { remoteTokens } from '../tokens/tokenDoor.ts'
import type { RemoteDoor } from './remoteDoor.ts'

type Started = Awaited<ReturnType<SignInDoor['startSso']>>
type Completed = Awaited<ReturnType<SignInDoor['completeSso']>>

export function remoteSignIn(door: RemoteDoor): SignInDoor {
  return {
    byHandover: true,
    emailIndex: async (email) => (await door.call('emailIndex', null, email)) as Buffer,
    verifyPassword: async (handovers, account, password) =>
      (await door.call('verifyPassword', handovers, account, password)) === true,
    openSession: async (handovers, personId, by = { loginMethod: 'password' }) =>
      (await door.call('openSession', handovers, { personId, ...by })) as OpenedSession,
    closeSession: async (handovers, sessionId) => (await door.call('closeSession', handovers, sessionId)) === true,
    recordRefused: async (handovers, personId, reason) => {
      await door.call('recordRefusedSignIn', handovers, { personId, loginMethod: 'password', reason })
    },
    noteKeysUsed: async (handovers, uses) => {
      await door.call('noteKeysUsed', handovers, uses)
    },
    ...remoteTokens(door),
    scim: async (handovers, request) => (await door.call('scim', handovers, request)) as ScimAnswer,
    startSso: async (handovers, input) => (await door.call('startSso', handovers, input)) as Started,
    ssoTenant: async (transaction) => (await door.call('ssoTenant', null, transaction)) as string | null,
    completeSso: async (handovers, input) => (await door.call('completeSso', handovers, input)) as Completed,
    backchannelLogout: async (handovers, logoutToken) =>
      (await door.call('backchannelLogout', handovers, logoutToken)) as number,
    ssoLogoutUrl: async (handovers, input) => (await door.call('ssoLogoutUrl', handovers, input)) as string | null,
  }
}

export function remoteLedger(door: RemoteDoor): LedgerDoor {
  return {
    checkpoint: async (handovers, origin) => (await door.call('checkpoint', handovers, origin)) as string | null,
    tile: async (handovers, tile, origin) => (await door.call('tile', handovers, tile, origin)) as Buffer | null,
    trustDocument: async (handovers, origin) =>
      (await door.call('trustDocument', handovers, origin)) as TrustDocument | null,
    proveRange: async (handovers, range, origin) =>
      (await door.call('proveRange', handovers, { range, origin })) as RangeProof | null,
    exportLedger: async function* (scope, origin) {
      yield* await door.stream('exportLedger', scope.handovers, origin)
    },
  }
}
