/**
 * The one act that seals a campaign, in sets: items, and the grants they
 * speak of.
 */
import { query, type Tx } from '../room.ts'
import type { Effect, Verdict } from './campaign.ts'
import type { CampaignRow, ItemRow } from './store.ts'

/** Locks an open campaign until commit; null where there is none that the caller may sign off. */
export async function lockCampaign(tx: Tx, id: string): Promise<CampaignRow | null> {
  const rows = await query(
    tx,
    'SELECT id FROM workforce.review_campaign WHERE tenant_id = (SELECT muster.tenant()) AND id = $1::uuid FOR UPDATE',
    [id],
  )
  return rows.length === 0 ? null : ((await tx.reviewCampaign.findFirst({ where: { id } })) as CampaignRow | null)
}

/** Locks every item of it in sight, and answers them as they are from then on, in the order of the list. */
export async function lockItems(tx: Tx, campaignId: string): Promise<ItemRow[]> {
  await query(
    tx,
    'SELECT id FROM workforce.review_item WHERE tenant_id = (SELECT muster.tenant()) AND campaign_id = $1::uuid ORDER BY ordinal FOR UPDATE',
    [campaignId],
  )
  return (await tx.reviewItem.findMany({ where: { campaignId }, orderBy: { ordinal: 'asc' } })) as ItemRow[]
}

/** Which of these grants are live, and which are in sight at all. */
export async function grantStates(
  tx: Tx,
  ids: readonly string[],
): Promise<Map<string, { isLive: boolean; agentStatus: string }>> {
  const rows = await query<{ id: string; isLive: boolean; agentStatus: string }>(
    tx,
    `SELECT g.id, g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > muster.now()) AS "isLive", a.status AS "agentStatus"
       FROM workforce.agent_grant g JOIN identity.published_agent a ON a.tenant_id = g.tenant_id AND a.id = g.agent_id
      WHERE g.tenant_id = (SELECT muster.tenant()) AND g.id = ANY ($1::uuid[])`,
    [ids],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** Ends live grants; answers those that it ended. */
export async function closeGrants(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await query<{ id: string }>(
    tx,
    `UPDATE workforce.agent_grant SET revoked_at = muster.now(), revoked_by = muster.subject(), version = version + 1
      WHERE tenant_id = (SELECT muster.tenant()) AND id = ANY ($1::uuid[]) AND revoked_at IS NULL RETURNING id`,
    [ids],
  )
  return new Set(rows.map(({ id }) => id))
}

export interface NarrowGrant {
  id: string
  agent: string
  tool: string
  action: string | null
  expiresAt: string | null
}

/** Gives the narrower grants; answers those that were not there already. */
export async function insertNarrowed(tx: Tx, grants: readonly NarrowGrant[], at: Date): Promise<Set<string>> {
  const rows = await query<{ id: string }>(
    tx,
    `INSERT INTO workforce.agent_grant (tenant_id, id, agent_id, tool, action, granted_by, granted_at, expires_at)
     SELECT (SELECT muster.tenant()), g.id, g.agent, g.tool, g.action, (SELECT muster.subject()), $2::timestamptz, g."expiresAt"
       FROM jsonb_to_recordset($1::jsonb) AS g (id uuid, agent uuid, tool text, action text, "expiresAt" timestamptz)
     ON CONFLICT DO NOTHING RETURNING id`,
    [JSON.stringify(grants), at.toISOString()],
  )
  return new Set(rows.map(({ id }) => id))
}

export interface Sealing {
  item: string
  /** Set where the policy decides what was missed. */
  missed: Verdict | null
  effect: Effect
}

/** Seals all items: what was missed gets its verdict, everything its effect. */
export async function sealItems(tx: Tx, campaignId: string, sealings: readonly Sealing[], at: Date): Promise<number> {
  const rows = await query<{ n: number }>(
    tx,
    `WITH sealed AS (
       UPDATE workforce.review_item i
          SET verdict = coalesce(i.verdict, s.missed), decided_at = CASE WHEN i.verdict IS NULL THEN $3::timestamptz ELSE i.decided_at END,
              effect = s.effect, sealed_at = $3::timestamptz, version = i.version + 1
         FROM jsonb_to_recordset($2::jsonb) AS s (item uuid, missed text, effect text)
        WHERE i.tenant_id = (SELECT muster.tenant()) AND i.campaign_id = $1::uuid AND i.id = s.item AND i.sealed_at IS NULL RETURNING 1)
     SELECT count(*)::integer AS n FROM sealed`,
    [campaignId, JSON.stringify(sealings), at.toISOString()],
  )
  return rows[0]!.n
}

export async function closeCampaign(
  tx: Tx,
  id: string,
  by: { root: Uint8Array; person: string; at: Date; receipt: string },
): Promise<void> {
  await tx.reviewCampaign.updateMany({
    where: { id, status: 'OPEN' },
    data: {
      status: 'SIGNED_OFF',
      verdictRoot: new Uint8Array(by.root),
      signedOffBy: by.person,
      signedOffAt: by.at,
      signOffReceipt: by.receipt,
      version: { increment: 1 },
    },
  })
}
