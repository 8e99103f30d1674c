/** The receipts of tokens: opaque ids and what ended them; never a token, a hash or a reason in clear. */
import type { NewReceipt } from '@muster/db'

/** What a family hangs on: a person's session, or a credential of a key or an agent. */
export type Basis = 'session' | 'api_key'

export interface Family {
  id: string
  basis: Basis
}

const about = (family: Family) => ({ type: family.basis, id: family.id })

export function familyOpenedReceipt(family: Family, tokenId: string, scope: readonly string[]): NewReceipt {
  return { type: 'token.family_opened', subject: about(family), data: { scope: [...scope], token: tokenId } }
}

export function refreshedReceipt(family: Family, tokenId: string, replaces: string): NewReceipt {
  return { type: 'token.refreshed', subject: about(family), data: { replaces, token: tokenId } }
}

/** A spent token came again: two hands hold one family. */
export function reuseReceipt(family: Family, tokenId: string): NewReceipt {
  return { type: 'token.reuse_detected', subject: about(family), data: { token: tokenId } }
}

/** One access token was given back before its end. */
export function givenBackReceipt(tokenId: string, family: Family): NewReceipt {
  return {
    type: 'token.revoked',
    subject: { type: 'token', id: tokenId },
    data: { basis: family.basis, credential: family.id },
  }
}
