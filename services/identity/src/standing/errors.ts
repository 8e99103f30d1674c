/** Every refusal about standing; those about the agent itself are in `agents/errors.ts`. */
import { Refusal } from '@muster/kernel'

export const illegalTransition = (because: string): Refusal => new Refusal('ILLEGAL_TRANSITION', because)
