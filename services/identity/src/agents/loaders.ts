/**
 * Agents by id, many at once: one statement for however many entities a
 * gateway asks for. A hidden agent is null, exactly like an unknown one.
 */
import { isUuid } from '@muster/kernel'
import type { SubgraphContext } from '@muster/subgraph-kit'
import DataLoader from 'dataloader'
import { keysOfAgents, type ApiKeyRow } from '../apiKeys/store.ts'
import type { Room } from '../room.ts'
import { agentsByIds, agentsInReach, lastSeenOf, type AgentRow } from './store.ts'

export function agentLoader(room: Room, context: SubgraphContext): DataLoader<string, AgentRow | null> {
  return context.loader(
    'identity.agents',
    () =>
      new DataLoader(async (ids) => {
        const known = ids.filter(isUuid)
        const rows = known.length === 0 ? [] : await room.database.run((tx) => agentsByIds(tx, known))
        const byId = new Map(rows.map((row) => [row.id, row]))
        return ids.map((id) => byId.get(id) ?? null)
      }),
  )
}

/** Whether the caller's scope reaches an agent for change. */
export function reachLoader(room: Room, context: SubgraphContext): DataLoader<string, boolean> {
  return context.loader(
    'identity.agentsInReach',
    () =>
      new DataLoader(async (ids) => {
        const reached = await room.database.run((tx) => agentsInReach(tx, ids))
        return ids.map((id) => reached.has(id))
      }),
  )
}

/** An agent's own keys, newest first. */
export function agentKeysLoader(room: Room, context: SubgraphContext): DataLoader<string, ApiKeyRow[]> {
  return context.loader(
    'identity.agentKeys',
    () =>
      new DataLoader(async (ids) => {
        const keys = await room.database.run((tx) => keysOfAgents(tx, ids))
        return ids.map((id) => keys.filter((key) => key.agentId === id))
      }),
  )
}

/** When an agent was last active; null when it never was. */
export function lastSeenLoader(room: Room, context: SubgraphContext): DataLoader<string, Date | null> {
  return context.loader(
    'identity.lastSeen',
    () =>
      new DataLoader(async (ids) => {
        const seen = await room.database.run((tx) => lastSeenOf(tx, ids))
        return ids.map((id) => seen.get(id) ?? null)
      }),
  )
}
