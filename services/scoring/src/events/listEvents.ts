/**
 * What was reported about an agent, newest first, and what the reports said.
 */
import { KeyError, openJson } from '@muster/keys'
import { decodeCursor, pageOf, pageSize, type Page, type SubgraphContext } from '@muster/subgraph-kit'
import DataLoader from 'dataloader'
import type { Event } from '../generated/prisma/client.ts'
import type { Room } from '../room.ts'
import { aadOf } from './sealEvents.ts'

export type EventRow = Event

export interface EventQuery {
  first?: number | null | undefined
  after?: string | null | undefined
  eventTypes?: readonly string[] | null | undefined
}

/** A page of events; row-level security shows those of agents and units in sight. */
export async function listEvents(
  room: Room,
  agentId: string,
  { first, after, eventTypes }: EventQuery,
): Promise<Page<EventRow>> {
  const size = pageSize(first)
  const seen = decodeCursor(after, 2)
  const beyond =
    seen === null
      ? {}
      : { OR: [{ occurredAt: { lt: new Date(seen[0]!) } }, { occurredAt: new Date(seen[0]!), id: { lt: seen[1]! } }] }
  const types = eventTypes ? { eventType: { in: [...eventTypes] } } : {}
  const rows = await room.read((models) =>
    models.event.findMany({
      where: { AND: [{ agentId, ...types }, beyond] },
      orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
      take: size + 1,
    }),
  )
  return pageOf(
    rows,
    size,
    (row) => row,
    (row) => [row.occurredAt.toISOString(), row.id],
  )
}

export interface OpenedPayload {
  payload: unknown
  /** Its key was destroyed. */
  forgotten: boolean
}

/** Payloads of the events a request asks for, each opened once whichever of its fields are selected. */
export function payloadLoader(room: Room, context: SubgraphContext): DataLoader<EventRow, OpenedPayload> {
  return context.loader(
    'eventPayloads',
    () =>
      new DataLoader<EventRow, OpenedPayload>((events) => Promise.all(events.map((event) => openPayload(room, event)))),
  )
}

async function openPayload(room: Room, { id, tenantId, payloadSealed }: EventRow): Promise<OpenedPayload> {
  if (payloadSealed === null) return { payload: null, forgotten: false }
  try {
    const opened = await openJson(room.ring, tenantId, payloadSealed, aadOf(id))
    return { payload: (opened as { payload: unknown }).payload, forgotten: false }
  } catch (error) {
    if (error instanceof KeyError && error.code === 'KEY_DESTROYED') return { payload: null, forgotten: true }
    throw error
  }
}
