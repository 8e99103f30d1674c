/** The public API as an agent's own program uses it: one key, one endpoint, no browser. */
import { demo } from './demo.ts'

interface Refused {
  __typename: 'Refused'
  code: string
  message: string
}

export interface Payload {
  tool: string
  action: string
  resource?: string
  parameters?: unknown
  /** What moved the agent; what the key vouches for when absent. */
  sourceTrust?: string
}

/** Asks the graph with `key`; an error of the graph is an error here. */
export async function graph<Data>(key: string, query: string, variables: object): Promise<Data> {
  const response = await fetch(`${demo().url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data?: Data; errors?: { message: string }[] }
  if (data === undefined || data === null || errors !== undefined) {
    throw new Error(`${response.status}: ${errors?.map(({ message }) => message).join('; ') ?? 'no data'}`)
  }
  return data
}

export interface Decided {
  __typename: 'ActionDecided'
  decision: { id: string; outcome: 'ALLOW' | 'REVIEW' | 'DENY'; reasonCode: string }
  permit: { token: string } | null
  approval: { id: string; status: string } | null
}

/** Asks whether `payload` may run, vouching for it as far as the key's ceiling goes. */
export async function authorize(key: string, payload: Payload, agentId?: string): Promise<Decided> {
  const input = { sourceTrust: 'TRUSTED_INTERNAL', ...payload, ...(agentId === undefined ? {} : { agentId }) }
  const { authorizeAction } = await graph<{ authorizeAction: Decided | Refused }>(
    key,
    `mutation ($input: AuthorizeActionInput!) { authorizeAction(input: $input) { __typename
      ... on ActionDecided { decision { id outcome reasonCode } permit { token } approval { id status } }
      ... on Refused { code message } } }`,
    { input },
  )
  if (authorizeAction.__typename === 'Refused') throw new Error(`${authorizeAction.code}: ${authorizeAction.message}`)
  return authorizeAction
}

/** An action that policy holds. @returns the approval's id. */
export async function held(key: string, payload: Payload, agentId?: string): Promise<string> {
  const { decision, approval } = await authorize(key, payload, agentId)
  if (approval === null) throw new Error(`expected REVIEW, got ${decision.outcome} (${decision.reasonCode})`)
  return approval.id
}

/** What the waiting agent polls. */
export async function approvalOf(
  key: string,
  id: string,
): Promise<{ status: string; permit: { token: string } | null } | null> {
  const query = 'query ($id: ID!) { approval(id: $id) { status permit { token } } }'
  const { approval } = await graph<{ approval: { status: string; permit: { token: string } | null } | null }>(
    key,
    query,
    { id },
  )
  return approval
}

export interface Redeemed {
  __typename: 'PermitRedeemed'
  execution: { id: string }
}

export async function redeem(key: string, permit: string, payload: Payload): Promise<Redeemed | Refused> {
  const { redeemPermit } = await graph<{ redeemPermit: Redeemed | Refused }>(
    key,
    `mutation ($input: RedeemPermitInput!) { redeemPermit(input: $input) { __typename
      ... on PermitRedeemed { execution { id } } ... on Refused { code message } } }`,
    { input: { permit, ...payload } },
  )
  return redeemPermit
}
