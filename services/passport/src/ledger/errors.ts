/** Every refusal and fault about reading the ledger. */
import { Fault } from '@muster/kernel'

/** Between the first entry and the head something is not there: only the machine's superuser can have done that. */
export class EntriesMissing extends Fault {
  constructor(last: number) {
    super('INTERNAL', `entries of the ledger are missing before ${last}`)
  }
}

export const badCursor = (): Fault => new Fault('BAD_REQUEST', 'the cursor is not one of ours')
export const tooManyVerifications = (): Fault =>
  new Fault('RATE_LIMITED', 'enough verifications are running; try again when one has ended')
