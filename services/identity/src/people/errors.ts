/** Every refusal about people and their roles. */
import { Refusal } from '@muster/kernel'

export const unknownPerson = (): Refusal => new Refusal('UNKNOWN_PERSON', 'no such person')
export const unknownUnit = (): Refusal => new Refusal('UNKNOWN_UNIT', 'no such org unit')
export const unitRequired = (): Refusal =>
  new Refusal('UNKNOWN_UNIT', 'you do not see the whole tenant: name an org unit in your scope')
export const emailTaken = (): Refusal => new Refusal('EMAIL_TAKEN', 'a person with this address is there already')
export const widensGrantor = (what: string): Refusal =>
  new Refusal('WIDENS_GRANTOR', `nobody gives what they do not have: ${what}`)
export const auditorEnds = (days: number): Refusal =>
  new Refusal('INVALID_INPUT', `\`expiresAt\`: an auditor's role ends, ${days} days from now at the latest`)
export const alreadyGranted = (): Refusal => new Refusal('ALREADY_GRANTED', 'the person holds this role there already')
export const unknownBinding = (): Refusal => new Refusal('UNKNOWN_BINDING', 'no such role binding')
export const lastAdmin = (): Refusal =>
  new Refusal('LAST_ADMIN', 'the tenant would be left without an administrator of the whole')
export const ownsAgents = (count: number): Refusal =>
  new Refusal('OWNS_AGENTS', `${count} agents would be left without an owner; give them another first`)
export const outOfScope = (): Refusal =>
  new Refusal('OUT_OF_SCOPE', 'a person leaves the whole tenant: only who sees all of it may offboard')
export const hasLeft = (): Refusal => new Refusal('UNKNOWN_PERSON', 'the person has left')
