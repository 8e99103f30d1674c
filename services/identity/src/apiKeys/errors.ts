/** Every refusal about API keys. */
import { Refusal } from '@muster/kernel'

export const widensCreator = (what: string): Refusal =>
  new Refusal('WIDENS_CREATOR', `a key can do no more than its maker: ${what}`)
export const scopeRequired = (): Refusal =>
  new Refusal('SCOPE_REQUIRED', 'you do not see the whole tenant: name the agent or the unit the key is for')
export const unknownUnit = (): Refusal => new Refusal('UNKNOWN_UNIT', 'no such org unit')
export const unknownKey = (): Refusal => new Refusal('UNKNOWN_KEY', 'no such API key')
export const alreadyRevoked = (): Refusal => new Refusal('ALREADY_REVOKED', 'the key was switched off before')
