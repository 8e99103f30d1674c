/** Every refusal and fault about reading the ledger. */
import { Fault } from '@muster/kernel'

export const badCursor = (): Fault => new Fault('BAD_REQUEST', 'the cursor is not one of ours')
export const tooManyVerifications = (): Fault =>
  new Fault('RATE_LIMITED', 'enough verifications are running; try again when one has ended')
