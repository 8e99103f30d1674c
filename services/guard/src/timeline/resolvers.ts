/** A line of a timeline in the graph. Translation only. */
import type { SubgraphContext } from '@muster/subgraph-kit'
import { findingById } from '../findings/listFindings.ts'
import { openNotes } from '../findings/sealedNotes.ts'
import type { GuardRoom } from '../room.ts'
import type { TimelineLine } from './timeline.ts'

const personRef = (id: string | null) => (id === null ? null : { __typename: 'Person', id })

export function timelineResolvers(room: GuardRoom) {
  return {
    TimelineLine: {
      person: ({ actor }: TimelineLine) => (actor.kind === 'person' ? personRef(actor.id) : null),
      actorKind: ({ actor }: TimelineLine) => actor.kind.toUpperCase(),
      assignee: ({ assigneeId }: TimelineLine) => personRef(assigneeId),
      finding: ({ findingId }: TimelineLine) => (findingId === null ? null : findingById(room, findingId)),
      words: async ({ sealed }: TimelineLine, _: unknown, { claims }: SubgraphContext) => {
        const notes = await openNotes(room, claims.tenant_id, sealed)
        const words = notes?.['reason'] ?? notes?.['note'] ?? notes?.['tags']
        return typeof words === 'string' ? words : null
      },
    },
  }
}
