/** Agents join: several at once, in the order they are written down. */
import { inScope, type RequestScope } from '@muster/db'
import type { SeedAgent } from './company.ts'
import { inParallel } from './inParallel.ts'
import type { Company } from './parts.ts'

/** As many as identity has connections. */
const agentsAtOnce = 6

/** Registers agents of a company; `scope` says who does it. */
export async function registerAgents(
  company: Company,
  agents: readonly SeedAgent[],
  scope: (agent: SeedAgent) => RequestScope,
): Promise<void> {
  const { parts, units, tenant } = company
  const registered = await inParallel(agents, agentsAtOnce, (agent) =>
    inScope(scope(agent), () =>
      parts.identity.registerAgent({
        slug: agent.slug,
        displayName: agent.displayName,
        ownerEmail: agent.owner,
        teamId: units.get(agent.team)!,
        environment: agent.environment,
        purpose: agent.purpose,
        model: agent.model,
        riskTier: agent.riskTier,
        grants: agent.tools.map((tool) => ({ tool })),
      }),
    ),
  )
  for (const [index, agent] of agents.entries()) {
    const { agentId, keyId, apiKey } = registered[index]!
    const { slug, team, owner } = agent
    tenant.agents.push({ id: agentId, slug, team, owner, apiKey })
    company.agents.set(slug, { id: agentId, keyId, seed: agent, team, owner, status: 'ACTIVE' })
  }
}
