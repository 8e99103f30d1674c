/**
 * One agent a department, found by its slug or registered, and what it may use.
 */
import { CannotAsk } from '../../command.ts'
import { listOf, maybeObject, maybeText, memberOf, objectOf, textOf } from '../client/answers.ts'
import type { Api } from '../client/api.ts'
import { RefusedByServer } from '../client/errors.ts'
import { agentsQuery, grantAccessMutation, grantsQuery, registerAgentMutation } from '../client/operations.ts'
import type { Department } from './departmentOf.ts'

export interface NewAgent {
  readonly department: Department
  readonly teamId: string
  /** Null when nobody is known to answer for it. */
  readonly ownerEmail: string | null
}

/** The id of the department's agent. @throws CannotAsk when it would have to be registered and has no owner. */
export async function ensureAgent(api: Api, { department, teamId, ownerEmail }: NewAgent): Promise<string> {
  const found = await findAgent(api, department.agentSlug)
  if (found !== null) return found
  if (ownerEmail === null) {
    throw new CannotAsk(`nobody would answer for the agent \`${department.agentSlug}\`: give \`--owner EMAIL\``)
  }
  try {
    const { data } = await api.ask(registerAgentMutation, {
      input: {
        slug: department.agentSlug,
        displayName: department.agentName,
        ownerEmail,
        teamId,
        purpose: `Recorded runs of ${department.name}`,
        riskTier: 'MEDIUM',
      },
    })
    return textOf(objectOf(memberOf(data, 'registerAgent', 'AgentRegistered')['agent'], '`agent`'), 'id')
  } catch (error) {
    const made = error instanceof RefusedByServer ? await findAgent(api, department.agentSlug) : null
    if (made === null) throw error
    return made
  }
}

async function findAgent(api: Api, slug: string): Promise<string | null> {
  let after: string | null = null
  do {
    const page = objectOf((await api.ask(agentsQuery, { text: slug, after })).data['agents'], '`agents`')
    const found = listOf(page['nodes'], '`nodes`').find((node) => node['slug'] === slug)
    if (found !== undefined) return textOf(found, 'id')
    const pageInfo = objectOf(page['pageInfo'], '`pageInfo`')
    after = pageInfo['hasNextPage'] === true ? textOf(pageInfo, 'endCursor') : null
  } while (after !== null)
  return null
}

/** Grants every one of these tools, with all its actions, that is not granted yet. @returns how many were given. */
export async function ensureGrants(api: Api, agentId: string, tools: readonly string[]): Promise<number> {
  const agent = maybeObject((await api.ask(grantsQuery, { id: agentId })).data['agent'])
  const live = agent === null || agent['grants'] === null ? [] : listOf(agent['grants'], '`grants`')
  // One that ends is as good as any other while it lasts.
  const granted = new Set(live.flatMap((grant) => (maybeText(grant, 'action') === null ? [textOf(grant, 'tool')] : [])))
  const missing = tools.filter((tool) => !granted.has(tool))
  for (const tool of missing) {
    try {
      memberOf((await api.ask(grantAccessMutation, { input: { agentId, tool } })).data, 'grantAccess', 'AccessGranted')
    } catch (error) {
      if (!(error instanceof RefusedByServer) || error.code !== 'ALREADY_GRANTED') throw error
    }
  }
  return missing.length
}
