/**
 * Campaigns and their items. Who sees and changes which is the policies' to
 * say; what was frozen has no right to change at all.
 */
import type { ReviewScopeItem, SealedVerdict } from '@muster/canonical-json'
import { isUuid } from '@muster/kernel'
import { decodeCursor, pageOf, pageSize, type Page, type SubgraphContext } from '@muster/subgraph-kit'
import DataLoader from 'dataloader'
import type { Prisma, ReviewCampaign, ReviewItem } from '../generated/prisma/client.ts'
import { query, type Room, type Tx } from '../room.ts'
import type { Advice, AdviceReason, Draft, Effect, MissedPolicy, Verdict } from './campaign.ts'

export type ReviewStatus = 'OPEN' | 'SIGNED_OFF'
// Check constraints say so.
export type CampaignRow = Omit<ReviewCampaign, 'status' | 'missedPolicy'> & {
  status: ReviewStatus
  missedPolicy: MissedPolicy
}
export type ItemRow = Omit<ReviewItem, 'verdict' | 'previousVerdict' | 'advice' | 'adviceReason' | 'effect'> & {
  verdict: Verdict | null
  previousVerdict: Verdict | null
  advice: Advice
  adviceReason: AdviceReason
  effect: Effect | null
}

export async function findCampaign(tx: Tx, id: string): Promise<CampaignRow | null> {
  return isUuid(id) ? ((await tx.reviewCampaign.findFirst({ where: { id } })) as CampaignRow | null) : null
}

export async function findItem(tx: Tx, id: string): Promise<ItemRow | null> {
  return isUuid(id) ? ((await tx.reviewItem.findFirst({ where: { id } })) as ItemRow | null) : null
}

export interface CampaignQuery {
  first?: number | null | undefined
  after?: string | null | undefined
  filter?: { status?: ReviewStatus | null | undefined; mine?: boolean | null | undefined } | null | undefined
}

/** Campaigns in sight, newest first; `mine`: with an item assigned to `person`. */
export async function listCampaigns(room: Room, person: string, asked: CampaignQuery): Promise<Page<CampaignRow>> {
  const size = pageSize(asked.first)
  const seen = decodeCursor(asked.after, 2)
  const { status, mine } = asked.filter ?? {}
  return room.run(async (tx) => {
    const assigned =
      mine === true
        ? await tx.reviewItem.findMany({
            where: { reviewerId: person },
            distinct: ['campaignId'],
            select: { campaignId: true },
          })
        : null
    const where: Prisma.ReviewCampaignWhereInput = {
      ...(status ? { status } : {}),
      ...(assigned === null ? {} : { id: { in: assigned.map(({ campaignId }) => campaignId) } }),
      ...(seen === null
        ? {}
        : { OR: [{ openedAt: { lt: new Date(seen[0]!) } }, { openedAt: new Date(seen[0]!), id: { lt: seen[1]! } }] }),
    }
    const rows = await tx.reviewCampaign.findMany({
      where,
      orderBy: [{ openedAt: 'desc' }, { id: 'desc' }],
      take: size + 1,
    })
    return pageOf(
      rows,
      size,
      (row) => row as CampaignRow,
      (row) => [row.openedAt.toISOString(), row.id],
    )
  })
}

export interface ItemFilter {
  reviewId?: string | null | undefined
  /** A person's id, or `me`. */
  reviewer?: string | null | undefined
  verdict?: Verdict | null | undefined
  decided?: boolean | null | undefined
  againstAdvice?: boolean | null | undefined
  agentId?: string | null | undefined
  text?: string | null | undefined
}

function matching(filter: ItemFilter, viewer: string): Prisma.ReviewItemWhereInput {
  const { reviewId, reviewer, verdict, decided, againstAdvice, agentId, text } = filter
  const id = (given: string): string => (isUuid(given) ? given : '00000000-0000-0000-0000-000000000000')
  const and: Prisma.ReviewItemWhereInput[] = []
  if (reviewId) and.push({ campaignId: id(reviewId) })
  if (reviewer) and.push({ reviewerId: reviewer === 'me' ? viewer : id(reviewer) })
  if (verdict) and.push({ verdict })
  if (typeof decided === 'boolean') and.push(decided ? { verdict: { not: null } } : { verdict: null })
  if (againstAdvice === true) and.push({ verdict: 'RECERTIFIED', advice: { not: 'KEEP' } })
  if (agentId) and.push({ agentId: id(agentId) })
  if (text) {
    const contains = { contains: text, mode: 'insensitive' } as const
    and.push({ OR: [{ agentSlug: contains }, { tool: contains }, { action: contains }] })
  }
  return { AND: and }
}

/** Items in sight, campaign by campaign, in the order of each frozen list. */
export async function listItems(
  room: Room,
  viewer: string,
  asked: {
    first?: number | null | undefined
    after?: string | null | undefined
    filter?: ItemFilter | null | undefined
  },
): Promise<Page<ItemRow> & { totalCount: () => Promise<number> }> {
  const size = pageSize(asked.first)
  const seen = decodeCursor(asked.after, 2)
  const where = matching(asked.filter ?? {}, viewer)
  const beyond: Prisma.ReviewItemWhereInput =
    seen === null
      ? {}
      : { OR: [{ campaignId: { gt: seen[0]! } }, { campaignId: seen[0]!, ordinal: { gt: Number(seen[1]) } }] }
  const rows = await room.run((tx) =>
    tx.reviewItem.findMany({
      where: { AND: [where, beyond] },
      orderBy: [{ campaignId: 'asc' }, { ordinal: 'asc' }],
      take: size + 1,
    }),
  )
  return {
    ...pageOf(
      rows,
      size,
      (row) => row as ItemRow,
      (row) => [row.campaignId, String(row.ordinal)],
    ),
    totalCount: () => room.run((tx) => tx.reviewItem.count({ where })),
  }
}

export interface Progress {
  total: number
  decided: number
  recertified: number
  revoked: number
  modified: number
  /** Decided by the campaign's policy. */
  missed: number
  againstAdvice: number
  /** Of those, assigned to the viewer. */
  mineTotal: number
  mineDecided: number
}

/** How far each campaign is, over the items in the viewer's sight. */
export async function progressOf(tx: Tx, campaignIds: readonly string[]): Promise<Map<string, Progress>> {
  const rows = await query<Progress & { campaignId: string }>(
    tx,
    `SELECT i.campaign_id AS "campaignId", count(*)::integer AS total, count(i.verdict)::integer AS decided,
            (count(*) FILTER (WHERE i.verdict = 'RECERTIFIED'))::integer AS recertified,
            (count(*) FILTER (WHERE i.verdict = 'REVOKED'))::integer AS revoked,
            (count(*) FILTER (WHERE i.verdict = 'MODIFIED'))::integer AS modified,
            (count(*) FILTER (WHERE i.verdict IS NOT NULL AND i.decided_by IS NULL))::integer AS missed,
            (count(*) FILTER (WHERE i.verdict = 'RECERTIFIED' AND i.advice <> 'KEEP'))::integer AS "againstAdvice",
            (count(*) FILTER (WHERE i.reviewer_id = (SELECT muster.subject())))::integer AS "mineTotal",
            (count(i.verdict) FILTER (WHERE i.reviewer_id = (SELECT muster.subject())))::integer AS "mineDecided"
       FROM workforce.review_item i
      WHERE i.tenant_id = (SELECT muster.tenant()) AND i.campaign_id = ANY ($1::uuid[]) GROUP BY i.campaign_id`,
    [campaignIds],
  )
  return new Map(rows.map((row) => [row.campaignId, row]))
}

export const noProgress: Progress = {
  total: 0,
  decided: 0,
  recertified: 0,
  revoked: 0,
  modified: 0,
  missed: 0,
  againstAdvice: 0,
  mineTotal: 0,
  mineDecided: 0,
}

export function progressLoader(room: Room, context: SubgraphContext): DataLoader<string, Progress> {
  return context.loader(
    'reviewProgress',
    () =>
      new DataLoader<string, Progress>(async (ids) => {
        const found = await room.run((tx) => progressOf(tx, ids))
        return ids.map((id) => found.get(id) ?? noProgress)
      }),
  )
}

export interface SeenReceipt {
  id: string
  seq: string
}

/** Receipts by id, where they are in sight. */
export function receiptLoader(room: Room, context: SubgraphContext): DataLoader<string, SeenReceipt | null> {
  return context.loader(
    'reviewReceipts',
    () =>
      new DataLoader<string, SeenReceipt | null>(async (ids) => {
        const rows = await room.run((tx) =>
          query<SeenReceipt>(
            tx,
            'SELECT id, seq::text AS seq FROM ledger.published_receipt WHERE id = ANY ($1::uuid[])',
            [ids],
          ),
        )
        const byId = new Map(rows.map((row) => [row.id, row]))
        return ids.map((id) => byId.get(id) ?? null)
      }),
  )
}

/** What an item is frozen with besides what is hashed. */
export interface NewItem extends ReviewScopeItem {
  ordinal: number
  unitPath: readonly string[]
  reviewer: string
  fallback: string | null
}

export async function insertCampaign(
  tx: Tx,
  campaign: {
    id: string
    name: string
    unitId: string | null
    missedPolicy: MissedPolicy
    dueAt: Date
    openedAt: Date
    itemCount: number
    scopeHash: string
    openReceipt: string
  },
): Promise<void> {
  await query(
    tx,
    `INSERT INTO workforce.review_campaign (tenant_id, id, name, unit_id, missed_policy, due_at, opened_by, opened_at, item_count, scope_hash, open_receipt)
     VALUES (muster.tenant(), $1::uuid, $2, $3::uuid, $4, $5::timestamptz, muster.subject(), $6::timestamptz, $7::integer, decode($8, 'hex'), $9::uuid)`,
    [
      campaign.id,
      campaign.name,
      campaign.unitId,
      campaign.missedPolicy,
      campaign.dueAt.toISOString(),
      campaign.openedAt.toISOString(),
      campaign.itemCount,
      campaign.scopeHash,
      campaign.openReceipt,
    ],
  )
}

/** Items a statement: as many as make a parameter of a few megabytes. */
const itemsAStatement = 5_000

export async function insertItems(tx: Tx, campaignId: string, items: readonly NewItem[]): Promise<void> {
  for (let at = 0; at < items.length; at += itemsAStatement) {
    await query(
      tx,
      `INSERT INTO workforce.review_item (tenant_id, id, campaign_id, ordinal, grant_id, agent_id, agent_slug, unit_path, tool, action, mutates,
         granted_by, granted_at, expires_at, last_used_at, used, denied, peers, previous_verdict, advice, advice_reason, reviewer_id, fallback_id)
       SELECT (SELECT muster.tenant()), i.item, $1::uuid, i.ordinal, i."grant", i.agent, i."agentSlug", i."unitPath", i.tool, i.action, i.mutates,
              i."grantedBy", i."grantedAt", i."expiresAt", i."lastUsedAt", i.used, i.denied, i.peers, i."previousVerdict", i.advice, i."adviceReason",
              i.reviewer, i.fallback
         FROM jsonb_to_recordset($2::jsonb) AS i (item uuid, ordinal integer, "grant" uuid, agent uuid, "agentSlug" text, "unitPath" uuid[], tool text,
              action text, mutates boolean, "grantedBy" uuid, "grantedAt" timestamptz, "expiresAt" timestamptz, "lastUsedAt" timestamptz,
              used integer, denied integer, peers integer, "previousVerdict" text, advice text, "adviceReason" text, reviewer uuid, fallback uuid)`,
      [campaignId, JSON.stringify(items.slice(at, at + itemsAStatement))],
    )
  }
}

/** Puts a draft down; false when the item was changed since it was read, or sealed. */
export async function storeDraft(
  tx: Tx,
  item: { id: string; version: number },
  draft: Draft,
  by: { id: string; at: Date },
  words: { commitment: string; sealed: Buffer } | null,
): Promise<boolean> {
  const { count } = await tx.reviewItem.updateMany({
    where: { id: item.id, version: item.version, sealedAt: null },
    data: {
      verdict: draft.verdict,
      modifiedAction: draft.action,
      modifiedExpiresAt: draft.expiresAt,
      justificationCommitment: words?.commitment ?? null,
      justificationSealed: words === null ? null : new Uint8Array(words.sealed),
      decidedBy: by.id,
      decidedAt: by.at,
      version: { increment: 1 },
    },
  })
  return count > 0
}

/** Takes a draft back; false when the item was changed since, or sealed. */
export async function clearDraft(tx: Tx, item: { id: string; version: number }): Promise<boolean> {
  const { count } = await tx.reviewItem.updateMany({
    where: { id: item.id, version: item.version, sealedAt: null },
    data: {
      verdict: null,
      modifiedAction: null,
      modifiedExpiresAt: null,
      justificationCommitment: null,
      justificationSealed: null,
      decidedBy: null,
      decidedAt: null,
      version: { increment: 1 },
    },
  })
  return count > 0
}

/** Hands an item over; false when it was changed since, or sealed. */
export async function changeReviewer(
  tx: Tx,
  item: { id: string; version: number },
  to: { reviewerId: string; fallbackId: string | null; by: string },
): Promise<boolean> {
  const { count } = await tx.reviewItem.updateMany({
    where: { id: item.id, version: item.version, sealedAt: null },
    data: {
      reviewerId: to.reviewerId,
      fallbackId: to.fallbackId,
      reassignedBy: to.by,
      version: { increment: 1 },
    },
  })
  return count > 0
}

/** Is this an active person in sight? */
export async function activePerson(tx: Tx, id: string): Promise<boolean> {
  const rows = await query(
    tx,
    "SELECT 1 FROM identity.published_person WHERE tenant_id = (SELECT muster.tenant()) AND id = $1::uuid AND status = 'ACTIVE'",
    [id],
  )
  return rows.length > 0
}

/** What an item's verdict is hashed as. */
export function sealedVerdict(item: ItemRow): SealedVerdict {
  return {
    decidedAt: item.decidedAt!.toISOString(),
    decidedBy: item.decidedBy,
    grant: item.grantId,
    item: item.id,
    justification: item.justificationCommitment,
    modifiedAction: item.modifiedAction,
    modifiedExpiresAt: item.modifiedExpiresAt?.toISOString() ?? null,
    review: item.campaignId,
    verdict: item.verdict!,
  }
}
