/**
 * The door of access reviews: from the graph to the use cases and back.
 */
import { KeyError, openJson } from '@muster/keys'
import { answering, requireCapability, type SubgraphContext } from '@muster/subgraph-kit'
import { visibleAgents } from '../agents/visibleAgents.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { unitLoader } from '../orgUnits/store.ts'
import type { Room } from '../room.ts'
import { cannotDecide, cannotSignOff } from './campaign.ts'
import { decideReviewItem, withdrawReviewVerdict } from './decideReviewItem.ts'
import { refusalWords, type ReviewRefusalCode } from './errors.ts'
import { openAccessReview } from './openAccessReview.ts'
import { reassignReviewItem } from './reassignReviewItem.ts'
import { signOffReview } from './signOffReview.ts'
import {
  findCampaign,
  listCampaigns,
  listItems,
  progressLoader,
  receiptLoader,
  type CampaignRow,
  type ItemRow,
} from './store.ts'

const person = (id: string | null): { id: string } | null => (id === null ? null : { id })
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

export function accessReviewResolvers(room: Room): Resolvers {
  const signOffReason = async (review: CampaignRow, context: SubgraphContext): Promise<ReviewRefusalCode | null> => {
    if (review.status === 'OPEN' && !context.claims.caps.includes('reviews:write')) return 'NOT_ELIGIBLE'
    return cannotSignOff(review, await progressLoader(room, context).load(review.id), room.clock.nowMs())
  }
  const decideReason = (item: ItemRow, context: SubgraphContext): ReviewRefusalCode | null => {
    if (context.claims.kind !== 'person') return 'NOT_A_PERSON'
    return cannotDecide(item, context.claims.sub)
  }
  const words = (code: ReviewRefusalCode | null): string | null => (code === null ? null : refusalWords(code))

  return {
    Query: {
      accessReviews: (_, asked, context) => {
        requireCapability(context, 'reviews:read')
        return listCampaigns(room, context.claims.sub, asked)
      },
      accessReview: (_, { id }, context) => {
        requireCapability(context, 'reviews:read')
        return room.run((tx) => findCampaign(tx, id))
      },
      reviewItems: (_, asked, context) => {
        requireCapability(context, 'reviews:read')
        return listItems(room, context.claims.sub, asked)
      },
    },
    Mutation: {
      openAccessReview: (_, { input }, context) => {
        requireCapability(context, 'reviews:write')
        return answering('Refused', async () => ({
          __typename: 'AccessReviewOpened' as const,
          ...(await openAccessReview(room, context.claims, input)),
        }))
      },
      decideReviewItem: (_, { input }, context) => {
        requireCapability(context, 'reviews:write')
        return answering('Refused', async () => ({
          __typename: 'ReviewItemDecided' as const,
          ...(await decideReviewItem(room, context.claims, input)),
        }))
      },
      withdrawReviewVerdict: (_, { input }, context) => {
        requireCapability(context, 'reviews:write')
        return answering('Refused', async () => ({
          __typename: 'ReviewVerdictWithdrawn' as const,
          ...(await withdrawReviewVerdict(room, context.claims, input)),
        }))
      },
      reassignReviewItem: (_, { input }, context) => {
        requireCapability(context, 'reviews:write')
        return answering('Refused', async () => ({
          __typename: 'ReviewItemReassigned' as const,
          ...(await reassignReviewItem(room, context.claims, input)),
        }))
      },
      signOffReview: (_, { input }, context) => {
        requireCapability(context, 'reviews:write')
        return answering('Refused', async () => ({
          __typename: 'ReviewSignedOff' as const,
          ...(await signOffReview(room, context.claims, input)),
        }))
      },
    },
    AccessReview: {
      scope: ({ unitId }, _, context) => (unitId === null ? null : unitLoader(room, context).load(unitId)),
      scopeId: ({ unitId }) => unitId,
      isOverdue: ({ status, dueAt }) => status === 'OPEN' && dueAt.getTime() <= room.clock.nowMs(),
      progress: ({ id }, _, context) => progressLoader(room, context).load(id),
      scopeHash: ({ scopeHash }) => hex(scopeHash),
      verdictRoot: ({ verdictRoot }) => (verdictRoot === null ? null : hex(verdictRoot)),
      opener: ({ openedBy }) => person(openedBy),
      openReceipt: ({ openReceipt }, _, context) => receiptLoader(room, context).load(openReceipt),
      signer: ({ signedOffBy }) => person(signedOffBy),
      signOffReceipt: ({ signOffReceipt }, _, context) =>
        signOffReceipt === null ? null : receiptLoader(room, context).load(signOffReceipt),
      items: ({ id }, asked, context) => listItems(room, context.claims.sub, { ...asked, filter: { reviewId: id } }),
      viewerCanSignOff: async (review, _, context) => (await signOffReason(review, context)) === null,
      viewerCannotSignOffCode: (review, _, context) => signOffReason(review, context),
      viewerCannotSignOffBecause: async (review, _, context) => words(await signOffReason(review, context)),
    },
    ReviewProgress: {
      byVerdict: ({ recertified, revoked, modified }) => [
        { verdict: 'RECERTIFIED' as const, count: recertified },
        { verdict: 'REVOKED' as const, count: revoked },
        { verdict: 'MODIFIED' as const, count: modified },
      ],
      keptAgainstAdvice: ({ againstAdvice }) => againstAdvice,
    },
    ReviewItem: {
      reviewId: ({ campaignId }) => campaignId,
      agent: ({ agentId }, _, context) => visibleAgents(room, context).load(agentId),
      grantor: ({ grantedBy }) => person(grantedBy),
      reviewer: ({ reviewerId }) => person(reviewerId),
      fallback: ({ fallbackId }) => person(fallbackId),
      justification: (item) => openJustification(room, item),
      sealed: ({ sealedAt }) => sealedAt !== null,
      viewerCanDecide: (item, _, context) => decideReason(item, context) === null,
      viewerCannotDecideCode: (item, _, context) => decideReason(item, context),
      viewerCannotDecideBecause: (item, _, context) => words(decideReason(item, context)),
    },
    ReviewItemConnection: { totalCount: ({ totalCount }) => totalCount() },
  }
}

async function openJustification(room: Room, { tenantId, justificationSealed }: ItemRow): Promise<string | null> {
  if (justificationSealed === null) return null
  try {
    return ((await openJson(room.ring, tenantId, justificationSealed)) as { justification: string }).justification
  } catch (error) {
    if (error instanceof KeyError && error.code === 'KEY_DESTROYED') return null
    throw error
  }
}
