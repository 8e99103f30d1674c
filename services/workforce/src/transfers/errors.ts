/** Every refusal a transfer can give. */
import { Refusal } from '@muster/kernel'
import { offerDaysMax } from './limits.ts'

const refusals = {
  UNKNOWN_AGENT: 'there is no such agent',
  AGENT_REVOKED: 'a revoked agent changes teams no more',
  AGENT_MOVED: 'the agent left the offering team after this offer was made',
  SELF_TRANSFER: 'an agent does not change teams by itself',
  UNKNOWN_TEAM: 'there is no such team',
  SAME_TEAM: 'the agent is in this team already',
  INVALID_EXPIRY: `an offer expires in the future and within ${offerDaysMax} days`,
  ALREADY_OFFERED: 'the agent is offered already; withdraw that offer first',
  UNKNOWN_OFFER: 'there is no such offer',
  NOT_ELIGIBLE: "this offer is the other side's to decide",
  EXPIRED: 'this offer has expired',
  ALREADY_SETTLED: 'this offer was settled before',
} as const

export function transferRefused(code: keyof typeof refusals): Refusal {
  return new Refusal(code, refusals[code])
}
