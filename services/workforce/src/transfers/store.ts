/**
 * Transfer offers. Both sides see one; only the mover's function in the
 * database changes the team.
 */
import { isUuid } from '@muster/kernel'
import { decodeCursor, pageOf, pageSize, type Page, type SubgraphContext } from '@muster/subgraph-kit'
import DataLoader from 'dataloader'
import type { Prisma, TransferOffer } from '../generated/prisma/client.ts'
import { query, type Room, type Tx } from '../room.ts'
import { effectiveStatus, type TransferStatus } from './offer.ts'

export interface OfferRow {
  id: string
  agentId: string
  fromTeamId: string
  toTeamId: string
  status: TransferStatus
  offeredBy: string
  offeredAt: Date
  expiresAt: Date
  settledAt: Date | null
  settledBy: string | null
}

function offerOf({ tenantId: _tenant, ...row }: TransferOffer, nowMs: number): OfferRow {
  const status = row.status as TransferStatus // a check constraint says so
  return { ...row, status: effectiveStatus({ status, expiresAt: row.expiresAt }, nowMs) }
}

export async function findOffer(tx: Tx, id: string, nowMs: number): Promise<OfferRow | null> {
  const row = isUuid(id) ? await tx.transferOffer.findFirst({ where: { id } }) : null
  return row === null ? null : offerOf(row, nowMs)
}

export interface OfferQuery {
  first?: number | null | undefined
  after?: string | null | undefined
  status?: TransferStatus | null | undefined
}

function withStatus(status: TransferStatus | null | undefined, now: Date): Prisma.TransferOfferWhereInput {
  if (!status) return {}
  if (status === 'OFFERED') return { status, expiresAt: { gt: now } }
  if (status === 'EXPIRED') return { OR: [{ status }, { status: 'OFFERED', expiresAt: { lte: now } }] }
  return { status }
}

/** Offers in sight, newest first. */
export async function listOffers(room: Room, { first, after, status }: OfferQuery): Promise<Page<OfferRow>> {
  const size = pageSize(first)
  const seen = decodeCursor(after, 2)
  const nowMs = room.clock.nowMs()
  const beyond: Prisma.TransferOfferWhereInput =
    seen === null
      ? {}
      : { OR: [{ offeredAt: { lt: new Date(seen[0]!) } }, { offeredAt: new Date(seen[0]!), id: { lt: seen[1]! } }] }
  const rows = await room.run((tx) =>
    tx.transferOffer.findMany({
      where: { AND: [withStatus(status, new Date(nowMs)), beyond] },
      orderBy: [{ offeredAt: 'desc' }, { id: 'desc' }],
      take: size + 1,
    }),
  )
  return pageOf(
    rows,
    size,
    (row) => offerOf(row, nowMs),
    (row) => [row.offeredAt.toISOString(), row.id],
  )
}

/** The open offer of each agent. */
export function openOfferLoader(room: Room, context: SubgraphContext): DataLoader<string, OfferRow | null> {
  return context.loader(
    'openOffers',
    () =>
      new DataLoader<string, OfferRow | null>(async (agentIds) => {
        const nowMs = room.clock.nowMs()
        const rows = await room.run((tx) =>
          tx.transferOffer.findMany({
            where: { agentId: { in: agentIds.filter(isUuid) }, ...withStatus('OFFERED', new Date(nowMs)) },
          }),
        )
        const byAgent = new Map(rows.map((row) => [row.agentId, offerOf(row, nowMs)]))
        return agentIds.map((id) => byAgent.get(id) ?? null)
      }),
  )
}

export function offerLoader(room: Room, context: SubgraphContext): DataLoader<string, OfferRow | null> {
  return context.loader(
    'offers',
    () =>
      new DataLoader<string, OfferRow | null>(async (ids) => {
        const rows = await room.run((tx) => tx.transferOffer.findMany({ where: { id: { in: ids.filter(isUuid) } } }))
        const byId = new Map(rows.map((row) => [row.id, offerOf(row, room.clock.nowMs())]))
        return ids.map((id) => byId.get(id) ?? null)
      }),
  )
}

/** Where an agent in sight stands; null for any other. */
export async function agentPlace(tx: Tx, agentId: string): Promise<{ status: string; teamId: string } | null> {
  if (!isUuid(agentId)) return null
  const [row] = await query<{ status: string; teamId: string }>(
    tx,
    'SELECT status, team_id AS "teamId" FROM identity.published_agent WHERE tenant_id = (SELECT muster.tenant()) AND id = $1::uuid',
    [agentId],
  )
  return row ?? null
}

/**
 * Is there such a unit in the tenant, in sight or not? An offer leads out of one's scope, so its target is checked
 * against the closure, which tells of a unit no more than that its id is one. Another tenant's id is none.
 */
export async function unitExists(tx: Tx, id: string): Promise<boolean> {
  return isUuid(id) && (await tx.orgClosure.count({ where: { descendantId: id, depth: 0 } })) > 0
}

/** Is a unit in the caller's scope? */
export async function unitInSight(tx: Tx, id: string): Promise<boolean> {
  return (await tx.orgUnit.count({ where: { id } })) > 0
}

/** Puts down that an open offer of the agent ran out; it would stand in the way of a new one. */
export async function closeExpiredOffer(tx: Tx, agentId: string, now: Date): Promise<void> {
  await tx.transferOffer.updateMany({
    where: { agentId, status: 'OFFERED', expiresAt: { lte: now } },
    data: { status: 'EXPIRED', settledAt: now },
  })
}

/** False when the agent has an open offer already. */
export async function insertOffer(
  tx: Tx,
  offer: { id: string; agentId: string; fromTeamId: string; toTeamId: string; offeredAt: Date; expiresAt: Date },
): Promise<boolean> {
  const rows = await query(
    tx,
    `INSERT INTO workforce.transfer_offer (tenant_id, id, agent_id, from_team_id, to_team_id, offered_by, offered_at, expires_at)
     VALUES (muster.tenant(), $1::uuid, $2::uuid, $3::uuid, $4::uuid, muster.subject(), $5::timestamptz, $6::timestamptz)
     ON CONFLICT DO NOTHING RETURNING id`,
    [offer.id, offer.agentId, offer.fromTeamId, offer.toTeamId, offer.offeredAt, offer.expiresAt],
  )
  return rows.length > 0
}

/** Locks an offer in sight until commit, so that it is settled once. */
export async function lockOffer(tx: Tx, id: string): Promise<void> {
  await query(
    tx,
    'SELECT id FROM workforce.transfer_offer WHERE tenant_id = (SELECT muster.tenant()) AND id = $1::uuid FOR UPDATE',
    [id],
  )
}

/** Moves the agent; the id of the agent, null where the database did not agree. */
export async function acceptOffer(tx: Tx, id: string): Promise<string | null> {
  const [row] = await query<{ agent: string | null }>(tx, 'SELECT identity.accept_transfer($1::uuid) AS agent', [id])
  return row?.agent ?? null
}

export async function withdrawOffer(tx: Tx, id: string, by: string, now: Date): Promise<void> {
  await tx.transferOffer.updateMany({
    where: { id, status: 'OFFERED' },
    data: { status: 'WITHDRAWN', settledAt: now, settledBy: by },
  })
}
