/** What a list or a read is asked for (RFC 7644 §3.4.2, §3.9): page, order, and which attributes. Pure. */
import { invalidPath, invalidValue } from './scimError.ts'
import { nameOf, type Attribute, type Attributes } from './filter.ts'
import { isObject, type Json } from './urns.ts'

export const pageMax = 200
const pageDefault = 100

export interface ListQuery {
  filter: string | null
  /** From 1. */
  startIndex: number
  count: number
  sortBy: string | null
  descending: boolean
}

export type Parameters = Readonly<Record<string, unknown>>

export function listQuery(given: Parameters): ListQuery {
  const filter = textOf(given, 'filter')
  const sortOrder = textOf(given, 'sortOrder')?.toLowerCase() ?? 'ascending'
  if (sortOrder !== 'ascending' && sortOrder !== 'descending')
    throw invalidValue('`sortOrder` is `ascending` or `descending`')
  return {
    filter: filter === null || filter.trim() === '' ? null : filter,
    // RFC 7644 §3.4.2.4: below one is one, a negative count is none.
    startIndex: Math.max(1, integerOf(given, 'startIndex') ?? 1),
    count: Math.min(pageMax, Math.max(0, integerOf(given, 'count') ?? pageDefault)),
    sortBy: textOf(given, 'sortBy'),
    descending: sortOrder === 'descending',
  }
}

function textOf(given: Parameters, name: string): string | null {
  const value = given[name]
  if (value === undefined || value === null) return null
  if (typeof value !== 'string') throw invalidValue(`\`${name}\` is given once, as a text`)
  return value
}

function integerOf(given: Parameters, name: string): number | null {
  const value = given[name]
  if (value === undefined || value === null || value === '') return null
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : NaN
  if (!Number.isSafeInteger(number)) throw invalidValue(`\`${name}\` is an integer`)
  return number
}

/** The ORDER BY of a list; `id` last, so that pages never overlap. */
export function orderSql(query: ListQuery, attributes: Attributes, urns: readonly string[], id: string): string {
  const way = query.descending ? 'DESC' : 'ASC'
  if (query.sortBy === null) return `${id} ${way}`
  const name = nameOf(query.sortBy, { urns })
  const attribute: Attribute | undefined = Object.hasOwn(attributes, name) ? attributes[name] : undefined
  if (attribute === undefined || !('sql' in attribute))
    throw invalidPath('resources are not sorted by this attribute here')
  return `${attribute.sql} ${way} NULLS LAST, ${id} ${way}`
}

/** Which attributes are answered. `id` and `schemas` always are. */
export interface Projection {
  only: readonly string[] | null
  without: readonly string[]
}

export function projectionOf(given: Parameters, urns: readonly string[]): Projection {
  const namesOf = (name: string): string[] | null => {
    const value = given[name]
    const parts = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : []
    const names = parts
      .filter((part) => typeof part === 'string' && part.trim() !== '')
      .map((part) => nameOf(String(part).trim(), { urns }))
    return names.length === 0 ? null : names
  }
  return { only: namesOf('attributes'), without: namesOf('excludedAttributes') ?? [] }
}

export const wants = ({ only, without }: Projection, name: string): boolean =>
  (only === null || only.some((each) => each === name || each.startsWith(`${name}.`))) && !without.includes(name)

/** A resource with the attributes that were asked for. */
export function projected(resource: Json, { only, without }: Projection): Json {
  if (only === null && without.length === 0) return resource
  const out: Json = {}
  for (const [key, value] of Object.entries(resource)) {
    const name = key.toLowerCase()
    if (name === 'id' || name === 'schemas') out[key] = value
    else if (only !== null) {
      const inner = only.filter((each) => each.startsWith(`${name}.`)).map((each) => each.slice(name.length + 1))
      if (only.includes(name)) out[key] = value
      else if (inner.length > 0) out[key] = partsOf(value, inner)
      else if (isExtension(key) && isObject(value)) {
        const kept = partsOf(value, only) as Json
        if (Object.keys(kept).length > 0) out[key] = kept
      }
    } else if (!without.includes(name)) out[key] = value
  }
  return out
}

const isExtension = (key: string): boolean => key.startsWith('urn:')

function partsOf(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => partsOf(each, names))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => names.includes(key.toLowerCase())))
}
