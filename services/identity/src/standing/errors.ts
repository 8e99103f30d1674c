/** Every refusal about standing; those about the agent itself are in `agents/errors.ts`. */
import { Refusal } from '@muster/kernel'

export const illegalTransition = (because: string): Refusal => new Refusal('ILLEGAL_TRANSITION', because)
export const countChanged = (count: number): Refusal =>
  new Refusal(
    'COUNT_CHANGED',
    `${count === 1 ? 'one agent matches' : `${count} agents match`} now; look again before you act`,
  )
export const nothingMatches = (): Refusal => new Refusal('NOTHING_MATCHES', 'no agent matches')
export const tooMany = (max: number): Refusal => new Refusal('TOO_MANY', `at most ${max} agents in one act`)
