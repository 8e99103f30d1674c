/**
 * The orders of the directory, each a key that is never NULL and a cursor that
 * names the last row by (key, id): every row of a list is on exactly one page.
 *
 * An agent without evidence has no risk and comes last whichever way; one that
 * was never seen counts as seen before all time.
 */
import { Fault, isUuid } from '@muster/kernel'
import { decodeCursor } from '@muster/subgraph-kit'
import type { Reads } from './filter.ts'
import { isStorable } from './filter.ts'

export const orderFields = ['SLUG', 'NAME', 'RISK', 'LAST_SEEN', 'CREATED', 'STATUS', 'TIER'] as const
export type AgentOrderField = (typeof orderFields)[number]

export interface AgentOrder {
  field: AgentOrderField
  direction?: 'ASC' | 'DESC' | null | undefined
}

interface Key {
  /** By direction, because "last" is another end. */
  asc: string
  desc: string
  type: 'text' | 'float8' | 'timestamptz' | 'int'
  reads?: Reads
}

const same = (expression: string, type: Key['type'], reads?: Reads): Key => ({
  asc: expression,
  desc: expression,
  type,
  ...(reads === undefined ? {} : { reads }),
})

const keys = {
  SLUG: same('a.slug', 'text'),
  NAME: same('lower(a.display_name)', 'text'),
  RISK: {
    asc: "coalesce(a.risk_score, 'Infinity')",
    desc: "coalesce(a.risk_score, '-Infinity')",
    type: 'float8',
    reads: 'risk',
  },
  LAST_SEEN: same('a.seen_at', 'timestamptz', 'activity'),
  CREATED: same('a.created_at', 'timestamptz'),
  STATUS: same("array_position(ARRAY['ACTIVE','RESTRICTED','FROZEN','QUARANTINED','REVOKED'], a.status)", 'int'),
  TIER: same("array_position(ARRAY['LOW','MEDIUM','HIGH','CRITICAL'], a.risk_tier)", 'int'),
} as const satisfies Record<AgentOrderField, Key>

export interface Ordering {
  /** Names the order in a cursor, which fits no other. */
  name: string
  key: string
  type: Key['type']
  direction: 'ASC' | 'DESC'
  reads: Reads | null
}

export function orderingOf(order: AgentOrder | null | undefined): Ordering {
  const field = order?.field ?? 'SLUG'
  const direction = order?.direction ?? 'ASC'
  const key: Key = keys[field]
  return {
    name: `${field}:${direction}`,
    key: direction === 'ASC' ? key.asc : key.desc,
    type: key.type,
    direction,
    reads: key.reads ?? null,
  }
}

const shapes: Record<Key['type'], (text: string) => boolean> = {
  text: isStorable,
  float8: (text) => /^(-?Infinity|-?\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,3})?)$/.test(text),
  timestamptz: (text) => /^(-infinity|\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?)$/.test(text),
  int: (text) => /^\d{1,4}$/.test(text),
}

/** The (key, id) after which a page begins; null at the start. A cursor of another order is a `BAD_REQUEST`. */
export function placeOf(cursor: string | null | undefined, ordering: Ordering): { key: string; id: string } | null {
  const parts = decodeCursor(cursor, 3)
  if (parts === null) return null
  const [name, key, id] = parts as [string, string, string]
  if (name !== ordering.name || !isUuid(id) || !shapes[ordering.type](key)) {
    throw new Fault('BAD_REQUEST', 'the cursor is not one of this list')
  }
  return { key, id }
}
