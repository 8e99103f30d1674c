/** The caller, translated. */
import type { ActorKind } from '@muster/kernel'
import { agentLoader } from '../agents/loaders.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { ownTenant } from '../tenants/resolvers.ts'
import { readViewer } from './readViewer.ts'

const kinds = { person: 'PERSON', api_key: 'API_KEY', agent: 'AGENT', service: 'SERVICE' } as const satisfies Record<
  ActorKind,
  string
>

export function viewerResolvers(room: Room) {
  return {
    Query: { me: () => readViewer(room) },
    Viewer: {
      kind: ({ claims }) => kinds[claims.kind],
      id: ({ claims }) => claims.sub,
      capabilities: ({ claims }) => [...claims.caps],
      seesWholeTenant: ({ claims }) => claims.all,
      tenant: () => ownTenant(room),
      agent: ({ claims }, _, context) => (claims.agent === null ? null : agentLoader(room, context).load(claims.agent)),
    },
    ViewerRole: { scope: ({ unitId }) => (unitId === null ? null : { id: unitId }) },
  } satisfies Resolvers
}
