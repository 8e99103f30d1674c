/**
 * Agents at work: ask, and if it is allowed act and say how it ended. All calls
 * of a moment are asked at once, so that they share commits.
 */
import { createHash } from 'node:crypto'
import { inParallel } from '../inParallel.ts'
import { mutate, type Company } from '../parts.ts'
import { asAgent } from './actors.ts'
import type { Call } from './calls.ts'

/** An action that waits for a person. */
export interface Held {
  approvalId: string
  actionHash: string
  required: number
  call: Call
  heldAtMs: number
}

export interface Tally {
  decisions: number
  executions: number
}

interface Decided {
  decision: { id: string; outcome: 'ALLOW' | 'REVIEW' | 'DENY' }
  permit: { token: string } | null
  approval: { id: string; actionHash: string; required: number } | null
}

/** Permits used at once: each is a commit of its own, and they share one ledger. */
const redeemedAtOnce = 8

const authorize = `mutation ($input: AuthorizeActionInput!) { result: authorizeAction(input: $input) { __typename
  ... on ActionDecided { decision { id outcome } permit { token } approval { id actionHash required } } ... on Refusal { code message } } }`
const redeem = `mutation ($input: RedeemPermitInput!) { result: redeemPermit(input: $input) { __typename
  ... on PermitRedeemed { execution { id } } ... on Refusal { code message } } }`
const report = `mutation ($input: ReportExecutionInput!) { result: reportExecution(input: $input) { __typename ... on Refusal { code message } } }`

const payloadOf = ({ tool, action, parameters }: Call) => ({ tool, action, parameters })

/** Asks for one call. */
export function ask(company: Company, call: Call, sessionId: string | null = null): Promise<Decided> {
  const input = { ...payloadOf(call), sourceTrust: call.sourceTrust, ...(sessionId === null ? {} : { sessionId }) }
  return mutate<Decided>(company.parts.guard, asAgent(company, call.agent), authorize, input)
}

/** Uses a permit on the very call, and reports how it went. */
export async function act(company: Company, call: Call, permit: string): Promise<void> {
  const { guard } = company.parts
  const scope = asAgent(company, call.agent)
  const { execution } = await mutate<{ execution: { id: string } }>(guard, scope, redeem, {
    permit,
    ...payloadOf(call),
  })
  const outcome = call.ending === 'fails' ? 'FAILED' : 'SUCCEEDED'
  const resultHash = createHash('sha256').update(`${execution.id} ${outcome}`).digest('hex')
  await mutate(guard, scope, report, { executionId: execution.id, outcome, resultHash })
}

/** Lives through the calls of a moment; answers what waits for a person. */
export async function work(company: Company, calls: readonly Call[], tally: Tally): Promise<Held[]> {
  const heldAtMs = company.parts.time.nowMs()
  const decided = await Promise.all(calls.map((call) => ask(company, call)))
  tally.decisions += calls.length
  const allowed = calls.flatMap((call, index) => {
    const token = decided[index]!.permit?.token
    return call.ending === 'nothing' || token === undefined ? [] : [{ call, token }]
  })
  await inParallel(allowed, redeemedAtOnce, ({ call, token }) => act(company, call, token))
  tally.executions += allowed.length
  return calls.flatMap((call, index) => {
    const approval = decided[index]!.approval
    if (approval === null) return []
    return [{ approvalId: approval.id, actionHash: approval.actionHash, required: approval.required, call, heldAtMs }]
  })
}
