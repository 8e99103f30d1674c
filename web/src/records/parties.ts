/** Who acted and what it is about, as the body of an entry says; null where it cannot be read. Pure. */
import { BadReceiptBody, parseReceiptBody } from '@muster/ledger'

export interface Party {
  readonly kind: string
  readonly id: string
}

export function partyOf(body: string | null, which: 'subject' | 'actor'): Party | null {
  if (body === null) return null
  try {
    const { subject, actor } = parseReceiptBody(body)
    return which === 'subject' ? { kind: subject.type, id: subject.id } : { kind: actor.kind, id: actor.id }
  } catch (error) {
    // A damaged body is the verification's to name; the list goes on.
    if (error instanceof BadReceiptBody) return null
    throw error
  }
}
