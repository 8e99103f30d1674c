/** Every refusal about signing in and out. */
import { Refusal } from '@muster/kernel'

export const unknownSession = (): Refusal => new Refusal('UNKNOWN_SESSION', 'no such open session')
export const wrongPassword = (): Refusal => new Refusal('WRONG_PASSWORD', 'the current password is not right')
export const notAPerson = (): Refusal => new Refusal('NOT_A_PERSON', 'only a signed-in person has a password')
export const notActive = (): Refusal => new Refusal('NOT_ACTIVE', 'nobody active has this account')
