/**
 * The hierarchy's door: from the graph to the use cases and back.
 */
import { answering, requireAnyCapability, requireCapability } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { createOrgUnit } from './createOrgUnit.ts'
import { moveOrgUnit } from './moveOrgUnit.ts'
import { renameOrgUnit } from './renameOrgUnit.ts'
import { childrenLoader, findUnits, unitLoader } from './store.ts'

export function orgUnitResolvers(room: Room): Resolvers {
  return {
    Query: {
      orgUnits: async (_, { root, kind }, context) => {
        requireCapability(context, 'org:read')
        const units = await room.run((tx) => findUnits(tx, {}))
        return units.filter(
          (unit) => (!root || unit.path.includes(root)) && (!kind || unit.kind === kind.toLowerCase()),
        )
      },
      orgUnit: (_, { id }, context) => {
        requireCapability(context, 'org:read')
        return unitLoader(room, context).load(id)
      },
    },
    Mutation: {
      createOrgUnit: (_, { input }, context) => {
        requireCapability(context, 'org:write')
        return answering('Refused', async () => ({
          __typename: 'OrgUnitCreated' as const,
          ...(await createOrgUnit(room, context.claims, input)),
        }))
      },
      moveOrgUnit: (_, { input }, context) => {
        requireCapability(context, 'org:write')
        return answering('Refused', async () => ({
          __typename: 'OrgUnitMoved' as const,
          ...(await moveOrgUnit(room, context.claims, input)),
        }))
      },
      renameOrgUnit: (_, { input }, context) => {
        requireCapability(context, 'org:write')
        return answering('Refused', async () => ({
          __typename: 'OrgUnitRenamed' as const,
          ...(await renameOrgUnit(room, context.claims, input)),
        }))
      },
    },
    OrgUnit: {
      // An agent's team, a person's home, a key's unit: whoever may read what refers to units may follow it.
      __resolveReference: ({ id }, context) => {
        requireAnyCapability(context, ['org:read', 'agents:read', 'people:read', 'approvals:read', 'apikeys:write'])
        return unitLoader(room, context).load(id)
      },
      kind: ({ kind }) => (kind === 'team' ? 'TEAM' : 'DEPARTMENT'),
      parent: ({ parentId }, _, context) => (parentId === null ? null : unitLoader(room, context).load(parentId)),
      children: ({ id }, _, context) => childrenLoader(room, context).load(id),
    },
  }
}
