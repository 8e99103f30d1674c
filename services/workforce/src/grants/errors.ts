/** Every refusal that giving and taking back access can give. */
import { Refusal } from '@muster/kernel'
import { liveGrantsMax } from './limits.ts'

const refusals = {
  UNKNOWN_AGENT: 'there is no such agent',
  AGENT_REVOKED: 'a revoked agent is given nothing',
  SELF_GRANT: 'an agent does not grant itself access',
  INVALID_TOOL: 'a tool is named by 1 to 200 printable characters',
  INVALID_ACTION: 'an action is named by 1 to 200 printable characters; leave it out to grant every action',
  EXPIRY_IN_PAST: 'a grant must expire in the future',
  ALREADY_GRANTED: 'the agent has this grant already',
  TOO_MANY_GRANTS: `an agent has at most ${liveGrantsMax} live grants`,
  UNKNOWN_GRANT: 'there is no such grant',
  ALREADY_REVOKED: 'this grant was taken back before',
} as const

export function grantRefused(code: keyof typeof refusals): Refusal {
  return new Refusal(code, refusals[code])
}
