/** Every refusal of a whole call; what is wrong with one event rejects that event. */
import { Refusal } from '@muster/kernel'

/** As many as one statement, one receipt and one answer carry at ease. */
export const batchMax = 1_000

const refusals = {
  TOO_MANY: `a call carries at most ${batchMax} events; nothing was stored`,
  NO_EVENTS: 'a call carries at least one event',
} as const

export function ingestRefused(code: keyof typeof refusals): Refusal {
  return new Refusal(code, refusals[code])
}
