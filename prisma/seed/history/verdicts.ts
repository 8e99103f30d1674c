/**
 * People decide what agents wait for: never the owner, only those whose role
 * reaches the team, as many as the policy asks for. An approved permit is used
 * at once, by the agent that waited for it.
 */
import { inParallel } from '../inParallel.ts'
import { mutate, type Company } from '../parts.ts'
import type { Chance } from '../chance.ts'
import { asAgent, type Desk } from './actors.ts'
import { act, type Held, type Tally } from './work.ts'

const shareRejected = 0.13
const rejections = [
  'the amount does not match the order',
  'not without a ticket',
  'the customer asked for something else',
  'outside the change window',
  'a person should do this one',
] as const
const approvals = [
  'checked against the order',
  'as agreed with the customer',
  'in the change window',
  null,
  null,
] as const
const verdictsAtOnce = 4

const decide = `mutation ($input: DecideApprovalInput!) { result: decideApproval(input: $input) { __typename
  ... on ApprovalDecided { approval { id status } } ... on Refusal { code message } } }`
const permitOf = 'query ($id: ID!) { approval(id: $id) { permit { token } } }'

/** Approvers of the team first, then those of the whole company; the owner is never among them. */
export function approversOf(company: Company, { call }: Held, chance: Chance): string[] {
  const team = company.units.get(call.agent.team)!
  const department = company.seed.units.find(({ units = [] }) => units.some(({ name }) => name === call.agent.team))
  const above = department === undefined ? undefined : company.units.get(department.name)
  const able = [...company.people].filter(([email, { bindings }]) => {
    if (email === call.agent.owner) return false
    return bindings.some(({ role, unit }) => {
      if (role === 'team-lead') return unit === team
      return role === 'approver' && (unit === null || unit === above)
    })
  })
  return chance.shuffled(able.map(([email]) => email))
}

/** Decides each of `held`; what was approved is done. */
export async function giveVerdicts(
  company: Company,
  desk: Desk,
  held: readonly Held[],
  chance: Chance,
  tally: Tally,
): Promise<void> {
  // Chance is drawn before anything runs at once: its order must not depend on who is faster.
  const drawn = held.map((each) => {
    const people = approversOf(company, each, chance)
    const isRejected = chance.happens(shareRejected)
    return { each, people, isRejected, reason: isRejected ? chance.pick(rejections) : chance.pick(approvals) }
  })
  for (const email of new Set(drawn.flatMap(({ each, people }) => people.slice(0, each.required)))) await desk.as(email)
  await inParallel(drawn, verdictsAtOnce, async ({ each, people, isRejected, reason }) => {
    const { approvalId, actionHash, required, call } = each
    for (const email of isRejected ? people.slice(0, 1) : people.slice(0, required)) {
      await mutate(company.parts.guard, await desk.as(email), decide, {
        approvalId,
        actionHash,
        verdict: isRejected ? 'REJECT' : 'APPROVE',
        reason,
      })
    }
    if (isRejected) return
    const { data } = await company.parts.guard.execute({
      query: permitOf,
      variables: { id: approvalId },
      handovers: asAgent(company, call.agent).handovers,
    })
    const token = (data?.['approval'] as { permit: { token: string } | null } | null)?.permit?.token
    if (token === undefined) throw new Error(`approval ${approvalId} gave no permit`)
    await act(company, call, token)
    tally.executions += 1
  })
}
