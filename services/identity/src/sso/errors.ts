/** Every refusal about single sign-on. What a failed sign-in was refused for is told to the ledger alone. */
import { Refusal } from '@muster/kernel'

export const noSso = (): Refusal => new Refusal('NO_SSO', 'no such provider is set up')
export const issuerRefused = (): Refusal =>
  new Refusal('ISSUER_REFUSED', 'an issuer is an `https` address without query, fragment or credentials')
export const secretRequired = (): Refusal =>
  new Refusal('SECRET_REQUIRED', 'a new provider or client needs its client secret')
export const breakGlassRequired = (): Refusal =>
  new Refusal('BREAK_GLASS_REQUIRED', 'name a person whose password counts when the provider is down')
export const domainClaimed = (): Refusal => new Refusal('DOMAIN_CLAIMED', 'this tenant claimed the domain already')
export const unknownDomain = (): Refusal => new Refusal('UNKNOWN_DOMAIN', 'no such domain claim')
export const notProven = (record: string): Refusal =>
  new Refusal('NOT_PROVEN', `the domain has no TXT record \`${record}\`; a new one may take an hour to be seen`)
export const domainTaken = (): Refusal => new Refusal('DOMAIN_TAKEN', 'the domain is verified for another tenant')
export const noWholeTenant = (): Refusal =>
  new Refusal('OUT_OF_SCOPE', 'only who sees the whole tenant sets up its sign-in')

/** A sign-in that is refused: one text for every reason. */
export class SsoRefusal extends Refusal {
  /** For the ledger and the log; upper snake case. */
  readonly reason: string
  constructor(reason: string) {
    super('SSO_REFUSED', 'the sign-in was refused')
    this.reason = reason
  }
}
