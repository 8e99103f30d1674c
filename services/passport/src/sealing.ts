/**
 * Reasons people give: committed to in the receipt's body, sealed beside it.
 *
 * The data key is the speaker's own (class `receipt`, subject the actor's id):
 * who is forgotten takes their words along, and the commitment can then no
 * longer be tested against a guess.
 */
import { currentScope } from '@muster/db'
import { monthOf, newSalt, sealJson } from '@muster/keys'
import { Refusal } from '@muster/kernel'
import { commitment } from '@muster/ledger'
import type { Room } from './room.ts'

const reasonLengthMax = 2_000

export interface SealedReason {
  /** For the body. */
  commitment: string
  /** `{reason, salt}` under the data key. */
  sealed: Buffer
}

/** A reason as it may be recorded. Throws `INVALID_INPUT` for an empty, overlong or malformed one. */
export function checkedReason(text: string): string {
  const reason = text.trim()
  if (reason === '' || reason.length > reasonLengthMax || !reason.isWellFormed()) {
    throw new Refusal('INVALID_INPUT', `\`reason\` is needed, with at most ${reasonLengthMax} characters`)
  }
  return reason
}

/** Seals a checked reason. @param dataClass other than `receipt` where a reason must outlive the receipts' keys. */
export async function sealReason(room: Room, reason: string, dataClass = 'receipt'): Promise<SealedReason> {
  const { claims } = currentScope()
  const salt = newSalt()
  const scope = {
    tenant: claims.tenant_id,
    class: dataClass,
    month: monthOf(room.clock.nowMs()),
    subject: claims.sub,
  }
  return {
    commitment: commitment(salt, reason),
    sealed: await sealJson(room.ring, scope, { reason, salt: salt.toString('hex') }),
  }
}
