/** The verifications of agents, many at once. */
import type { SubgraphContext } from '@muster/subgraph-kit'
import DataLoader from 'dataloader'
import type { Room } from '../room.ts'
import { verificationsOf, type AgentVerification } from './store.ts'

/** An agent's verifications, newest first. */
export function verificationLoader(room: Room, context: SubgraphContext): DataLoader<string, AgentVerification[]> {
  return context.loader(
    'identity.verifications',
    () =>
      new DataLoader(async (ids) => {
        const rows = await room.database.run((tx) => verificationsOf(tx, ids))
        const byAgent = Map.groupBy(rows, ({ agentId }) => agentId)
        return ids.map((id) => byAgent.get(id) ?? [])
      }),
  )
}
