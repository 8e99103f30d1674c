/** Every refusal about verifications. Unknown, hidden and garbled are one answer. */
import { Refusal } from '@muster/kernel'
import { pendingMax } from './verification.ts'

export const unknownVerification = (): Refusal => new Refusal('UNKNOWN_VERIFICATION', 'no such verification')
export const alreadySettled = (): Refusal =>
  new Refusal('ALREADY_SETTLED', 'the verification is settled; start another')
export const expired = (): Refusal => new Refusal('EXPIRED', 'the verification has run out; start another')
export const noUsableKey = (): Refusal =>
  new Refusal('NO_KEY', 'the agent has no Ed25519 or P-256 public key registered to prove')
export const keyChanged = (): Refusal =>
  new Refusal('KEY_CHANGED', 'another key was registered since; start another verification')
export const tooManyPending = (): Refusal =>
  new Refusal('TOO_MANY', `an agent has ${pendingMax} verifications under way at most`)
// One answer for every way a look outside can fail: it is no tool for exploring networks.
export const proofNotFound = (): Refusal =>
  new Refusal('PROOF_NOT_FOUND', 'the token was not found there; publish it and try again before it runs out')
