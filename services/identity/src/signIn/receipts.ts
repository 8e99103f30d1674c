/** The receipts of sessions: opaque ids, the method and the end; never a token, an address or a password. */
import type { NewReceipt } from '@muster/db'
import type { LoginMethod, SignInRefusal } from '../identity.ts'

export function sessionOpenedReceipt(session: {
  id: string
  personId: string
  loginMethod: LoginMethod
  expiresAt: Date
}): NewReceipt {
  return {
    type: 'session.opened',
    subject: { type: 'session', id: session.id },
    data: {
      expiresAt: session.expiresAt.toISOString(),
      loginMethod: session.loginMethod,
      person: session.personId,
    },
  }
}

export function sessionClosedReceipt(
  sessionId: string,
  personId: string,
  because:
    | 'SIGNED_OUT'
    | 'CLOSED_BY_ADMIN'
    | 'PASSWORD_CHANGED'
    | 'OFFBOARDED'
    | 'REFRESH_REUSED'
    | 'GIVEN_BACK'
    | 'PROVIDER_SIGNED_OUT',
): NewReceipt {
  return {
    type: 'session.closed',
    subject: { type: 'session', id: sessionId },
    data: { because, person: personId },
  }
}

export function sessionRefusedReceipt(personId: string, loginMethod: LoginMethod, reason: SignInRefusal): NewReceipt {
  return { type: 'session.refused', subject: { type: 'person', id: personId }, data: { loginMethod, reason } }
}
