/**
 * Opens a campaign: freezes the live grants in scope with what is known of
 * them, asks a reviewer for each, and pins the list by its hash.
 *
 * INVARIANT (frozen scope): list, recommendations and hash are of one moment and never change.
 */
import { reviewScopeHash, type ReviewScopeItem } from '@muster/canonical-json'
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid, newId, type Claims } from '@muster/kernel'
import { findUnit } from '../orgUnits/store.ts'
import { sealWords } from '../sealing.ts'
import type { Room, Tx } from '../room.ts'
import { assign, inScopeOrder, recommend, reviewersOf, wantedCampaign, type MissedPolicy } from './campaign.ts'
import { reviewRefused } from './errors.ts'
import { itemsMax } from './limits.ts'
import { certifiersAndActive, liveGrants, previousVerdicts, unitPaths, usageOf, type ScopeGrant } from './scopeStore.ts'
import { findCampaign, insertCampaign, insertItems, type CampaignRow, type NewItem } from './store.ts'

export interface NewAccessReview {
  name: string
  /** Null or absent: everything in sight. */
  orgUnit?: string | null | undefined
  dueAt: Date
  /** Null or absent: what nobody certified in time is taken back. */
  missedPolicy?: MissedPolicy | null | undefined
}

/** Throws the refusals of `OpenAccessReviewResult`. */
export async function openAccessReview(
  room: Room,
  claims: Claims,
  input: NewAccessReview,
): Promise<{ review: CampaignRow; receipt: Recorded }> {
  if (claims.agent !== null) throw reviewRefused('NOT_A_PERSON')
  const nowMs = room.clock.nowMs()
  const { name, dueAt } = wantedCampaign(input, nowMs)
  const unitId = input.orgUnit ?? null
  if (unitId !== null && !isUuid(unitId)) throw reviewRefused('UNKNOWN_ORG_UNIT')
  const missedPolicy = input.missedPolicy ?? 'REVOKE'
  const words = await sealWords(room, claims.tenant_id, null, { name })
  const id = newId(nowMs)
  return room.run(async (tx) => {
    if (unitId !== null && (await findUnit(tx, unitId)) === null) throw reviewRefused('UNKNOWN_ORG_UNIT')
    const grants = await liveGrants(tx, unitId, itemsMax)
    if (grants.length === 0) throw reviewRefused('EMPTY_SCOPE')
    if (grants.length > itemsMax) throw reviewRefused('TOO_MANY_ITEMS')
    const items = await frozen(tx, grants, claims, nowMs)
    const scopeHash = reviewScopeHash({ tenant: claims.tenant_id, review: id, orgUnit: unitId, items })
    const openReceipt = newId(nowMs)
    const openedAt = new Date(nowMs)
    const itemCount = items.length
    await insertCampaign(tx, { id, name, unitId, missedPolicy, dueAt, openedAt, itemCount, scopeHash, openReceipt })
    await insertItems(tx, id, items)
    const review = (await findCampaign(tx, id))!
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        id: openReceipt,
        type: 'review.opened',
        subject: { type: 'review', id },
        data: {
          dueAt: dueAt.toISOString(),
          items: itemCount,
          missedPolicy,
          name: words.commitment,
          orgUnit: unitId,
          review: id,
          scopeHash,
        },
        sealed: words.sealed,
      },
    ])
    return { review, receipt: receipt! }
  })
}

/** The items in the order of the list, each with its recommendation and its reviewer. Throws NO_REVIEWER. */
async function frozen(tx: Tx, grants: readonly ScopeGrant[], claims: Claims, nowMs: number): Promise<NewItem[]> {
  const paths = await unitPaths(tx, [...new Set(grants.map(({ teamId }) => teamId))])
  const { certifiers, active } = await certifiersAndActive(tx, [...new Set(grants.map(({ ownerId }) => ownerId))])
  // Whoever opens a campaign has its agents in scope and is asked last.
  const last = claims.kind === 'person' ? [claims.sub] : []
  if (claims.kind === 'person') active.add(claims.sub)
  const usage = await usageOf(tx, grants, new Date(nowMs))
  const previous = await previousVerdicts(tx, grants)
  const chains = new Map<string, string[]>()
  const chainOf = ({ agentId, ownerId, teamId }: ScopeGrant): string[] => {
    const chain = chains.get(agentId) ?? [...reviewersOf(ownerId, paths.get(teamId) ?? [], certifiers), ...last]
    chains.set(agentId, chain)
    return chain
  }
  return grants
    .map((grant) => {
      const chosen = assign(chainOf(grant), (person) => active.has(person), grant.grantedBy)
      if (chosen === null) throw reviewRefused('NO_REVIEWER')
      const { used, denied, lastUsedAt } = usage.get(grant.id)!
      const { advice, reason } = recommend(
        {
          agentStatus: grant.agentStatus,
          action: grant.action,
          mutates: grant.mutates,
          grantedAtMs: grant.grantedAt.getTime(),
          expiresAtMs: grant.expiresAt?.getTime() ?? null,
          lastUsedAtMs: lastUsedAt?.getTime() ?? null,
          used,
          denied,
        },
        nowMs,
      )
      const item: ReviewScopeItem = {
        item: newId(nowMs),
        grant: grant.id,
        agent: grant.agentId,
        agentSlug: grant.agentSlug,
        tool: grant.tool,
        action: grant.action,
        mutates: grant.mutates,
        grantedBy: grant.grantedBy,
        grantedAt: grant.grantedAt.toISOString(),
        expiresAt: grant.expiresAt?.toISOString() ?? null,
        lastUsedAt: lastUsedAt?.toISOString() ?? null,
        used,
        denied,
        peers: grant.peers,
        previousVerdict: previous.get(grant.id) ?? null,
        advice,
        adviceReason: reason,
      }
      return { ...item, ...chosen, unitPath: paths.get(grant.teamId) ?? [] }
    })
    .toSorted(inScopeOrder)
    .map((item, ordinal) => ({ ...item, ordinal }))
}
