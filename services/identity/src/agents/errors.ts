/** Every refusal about agents. Unknown, hidden and garbled are one answer. */
import { Refusal } from '@muster/kernel'

export const unknownAgent = (): Refusal => new Refusal('UNKNOWN_AGENT', 'no such agent')
export const unknownOwner = (): Refusal => new Refusal('UNKNOWN_OWNER', 'nobody in your scope has this address')
export const unknownTeam = (): Refusal => new Refusal('UNKNOWN_TEAM', 'no such team')
export const slugTaken = (slug: string): Refusal => new Refusal('SLUG_TAKEN', `an agent \`${slug}\` is there already`)
export const agentRevoked = (): Refusal => new Refusal('AGENT_REVOKED', 'the agent was revoked; its record is closed')
export const outOfScope = (): Refusal =>
  new Refusal('OUT_OF_SCOPE', 'you see this agent, but its team is outside your scope')
export const staleVersion = (version: number): Refusal =>
  new Refusal('STALE_VERSION', `the agent was changed meanwhile; it is at version ${version}`)
export const nothingToChange = (): Refusal => new Refusal('INVALID_INPUT', 'nothing to change was given')
