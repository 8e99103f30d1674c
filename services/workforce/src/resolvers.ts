/**
 * The doors of all capabilities as one map, and what they share.
 */
import { accessReviewResolvers } from './accessReviews/resolvers.ts'
import { visibleAgents } from './agents/visibleAgents.ts'
import type { Resolvers } from './generated/resolvers.ts'
import { grantResolvers } from './grants/resolvers.ts'
import { orgUnitResolvers } from './orgUnits/resolvers.ts'
import type { Room } from './room.ts'
import { summaryResolvers } from './summary/resolvers.ts'
import { transferResolvers } from './transfers/resolvers.ts'

export function workforceResolvers(room: Room): Resolvers {
  const units = orgUnitResolvers(room)
  const grants = grantResolvers(room)
  const transfers = transferResolvers(room)
  const summary = summaryResolvers(room)
  const reviews = accessReviewResolvers(room)
  return {
    ...units,
    ...grants,
    ...transfers,
    ...summary,
    ...reviews,
    Query: { ...units.Query, ...transfers.Query, ...summary.Query, ...reviews.Query },
    Mutation: { ...units.Mutation, ...grants.Mutation, ...transfers.Mutation, ...reviews.Mutation },
    Agent: {
      ...grants.Agent,
      ...transfers.Agent,
      __resolveReference: ({ id }, context) => visibleAgents(room, context).load(id),
    },
    Refusal: { __resolveType: () => 'Refused' },
  }
}
