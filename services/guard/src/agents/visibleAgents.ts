/**
 * Which agents a reference may lead to: those in the caller's sight.
 *
 * An entity reference comes from another subgraph or from a caller; it
 * resolves only when row-level security shows the agent, else to null.
 */
import { withRequest } from '@muster/db'
import { isUuid } from '@muster/kernel'
import type { SubgraphContext } from '@muster/subgraph-kit'
import DataLoader from 'dataloader'
import type { GuardRoom } from '../room.ts'

export interface AgentReference {
  __typename: 'Agent'
  id: string
}

export function visibleAgents(room: GuardRoom, context: SubgraphContext): DataLoader<string, AgentReference | null> {
  return context.loader(
    'visibleAgents',
    () =>
      new DataLoader<string, AgentReference | null>(async (ids) => {
        const rows = await withRequest(
          room.guard,
          (tx) =>
            tx.query<{ id: string }>('SELECT id FROM identity.published_agent WHERE id = ANY ($1::uuid[])', [
              ids.filter(isUuid),
            ]),
          context.scope.handovers['muster_guard'],
        )
        const seen = new Set(rows.map(({ id }) => id))
        return ids.map((id) => (seen.has(id) ? { __typename: 'Agent', id } : null))
      }),
  )
}
