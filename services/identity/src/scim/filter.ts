/**
 * From a SCIM filter to SQL: parsed by a library, translated to a closed set of
 * columns. Pure.
 *
 * INVARIANT (never concatenated): the SQL is put together from constants of
 * this service alone; whatever the caller wrote is a parameter.
 * INVARIANT (two values): every comparison answers true or false, so that `not`
 * means what it says where there is no value.
 */
import { parse, type Filter } from 'scim2-parse-filter'
import { isUuid } from '@muster/kernel'
import { invalidFilter } from './scimError.ts'

/** How an attribute is compared. `sql` is an expression of the statement the filter goes into. */
export type Attribute =
  | { kind: 'text'; sql: string; exact?: boolean }
  | { kind: 'id'; sql: string }
  | { kind: 'boolean'; sql: string }
  | { kind: 'time'; sql: string }
  /** Found by a keyed hash: equality only. `$` in `has` stands for the hash. */
  | { kind: 'hash'; has: string; present: string }
  /** A multi-valued reference. `$` in `has` stands for the id. */
  | { kind: 'member'; has: string; present: string }
  /** One fixed word. */
  | { kind: 'word'; word: string }
  | { kind: 'sealed' }

/** Attributes by their paths in lower case, schema names left out. */
export type Attributes = Readonly<Record<string, Attribute>>

export interface FilterSql {
  sql: string
  values: unknown[]
}

export interface FilterContext {
  attributes: Attributes
  /** Schema names whose prefix may be written before a path. */
  urns: readonly string[]
  /** The keyed hash of a text, hexadecimal. */
  hashOf(text: string): string
}

const charsMax = 4_000
const depthMax = 20
const comparisonsMax = 100

/** Parses and translates; throws `invalidFilter`. Parameters are numbered from `$1`. */
export function filterSql(text: string, context: FilterContext): FilterSql {
  const values: unknown[] = []
  const made = translate(parseFilter(text), '', context, { values, left: comparisonsMax })
  return { sql: made, values }
}

/** The library recurses and is quadratic in its input: depth and length are looked at first. */
export function parseFilter(text: string): Filter {
  if (text.length > charsMax) throw invalidFilter(`a filter has at most ${charsMax} characters`)
  if (depthOf(text) > depthMax) throw invalidFilter(`a filter is nested at most ${depthMax} deep`)
  try {
    return parse(text)
  } catch {
    throw invalidFilter('the filter cannot be understood')
  }
}

function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (quoted && char === '\\') at += 1
    else if (char === '"') quoted = !quoted
    else if (!quoted && (char === '(' || char === '[')) deepest = Math.max(deepest, (depth += 1))
    else if (!quoted && (char === ')' || char === ']')) depth -= 1
  }
  return deepest
}

interface Budget {
  values: unknown[]
  left: number
}

function translate(filter: Filter, within: string, context: FilterContext, budget: Budget): string {
  switch (filter.op) {
    case 'and':
    case 'or': {
      const parts = filter.filters.map((part) => translate(part, within, context, budget))
      return `(${parts.join(filter.op === 'and' ? ' AND ' : ' OR ')})`
    }
    case 'not':
      return `(NOT ${translate(filter.filter, within, context, budget)})`
    case '[]':
      if (within !== '') throw invalidFilter('brackets do not stand in brackets')
      return translate(filter.valFilter, `${nameOf(filter.attrPath, context)}.`, context, budget)
    default: {
      if ((budget.left -= 1) < 0) throw invalidFilter(`a filter has at most ${comparisonsMax} comparisons`)
      const path = within + nameOf(filter.attrPath, context)
      const attribute = Object.hasOwn(context.attributes, path) ? context.attributes[path] : undefined
      if (attribute === undefined) throw invalidFilter('the filter names an attribute that is not searched here')
      const value = filter.op === 'pr' ? undefined : filter.compValue
      return comparison(attribute, filter.op, value, context, budget)
    }
  }
}

/** A path in lower case without its schema's name. */
export function nameOf(path: string, { urns }: Pick<FilterContext, 'urns'>): string {
  const lower = path.toLowerCase()
  const urn = urns.find((each) => lower.startsWith(`${each.toLowerCase()}:`))
  return urn === undefined ? lower : lower.slice(urn.length + 1)
}

type Op = 'pr' | 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'lt' | 'ge' | 'le'
const orders = { gt: '>', lt: '<', ge: '>=', le: '<=' } as const
const isOrder = (op: Op): op is keyof typeof orders => op in orders

function comparison(attribute: Attribute, op: Op, value: unknown, context: FilterContext, budget: Budget): string {
  const parameter = (given: unknown, type: string): string => `$${budget.values.push(given)}::${type}`
  if (attribute.kind === 'sealed') {
    throw invalidFilter(
      'this attribute is sealed: people are found by `userName`, `externalId` or `emails.value` with `eq`',
    )
  }
  if (attribute.kind === 'word') {
    if (op === 'pr') return 'true'
    if (op !== 'eq' && op !== 'ne') throw invalidFilter(`\`${op}\` does not apply to this attribute`)
    return (value === attribute.word) === (op === 'eq') ? 'true' : 'false'
  }
  if (attribute.kind === 'hash' || attribute.kind === 'member') {
    if (op === 'pr') return attribute.present
    if (op !== 'eq' && op !== 'ne') {
      throw invalidFilter(
        attribute.kind === 'hash'
          ? 'this attribute is sealed and found by a keyed hash: only `eq`, `ne` and `pr` apply'
          : `\`${op}\` does not apply to a reference`,
      )
    }
    const text = textOf(value)
    if (attribute.kind === 'member' && !isUuid(text)) return op === 'eq' ? 'false' : 'true'
    const given = attribute.kind === 'hash' ? parameter(context.hashOf(text), 'text') : parameter(text, 'uuid')
    const has = `(${attribute.has.replaceAll('$', () => given)})`
    return op === 'eq' ? has : `(NOT ${has})`
  }
  const { sql } = attribute
  if (op === 'pr') return attribute.kind === 'text' ? `(${sql} IS NOT NULL AND ${sql} <> '')` : `(${sql} IS NOT NULL)`
  if (value === null) {
    if (op === 'eq') return `(${sql} IS NULL)`
    if (op === 'ne') return `(${sql} IS NOT NULL)`
    throw invalidFilter('`null` is compared by `eq` and `ne`')
  }
  const known = (positive: string): string => `(${sql} IS NOT NULL AND ${positive})`
  if (attribute.kind === 'boolean') {
    if (typeof value !== 'boolean' || (op !== 'eq' && op !== 'ne'))
      throw invalidFilter('compare with `true` or `false` by `eq` or `ne`')
    return `(${sql} ${op === 'eq' ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM'} ${parameter(value, 'boolean')})`
  }
  if (attribute.kind === 'id') {
    if (op !== 'eq' && op !== 'ne') throw invalidFilter('an id is compared by `eq` or `ne`')
    if (!isUuid(textOf(value))) return op === 'eq' ? 'false' : 'true'
    return op === 'eq'
      ? known(`${sql} = ${parameter(value, 'uuid')}`)
      : `(${sql} IS DISTINCT FROM ${parameter(value, 'uuid')})`
  }
  if (attribute.kind === 'time') {
    const instant = new Date(textOf(value))
    if (Number.isNaN(instant.getTime())) throw invalidFilter('not an instant')
    const given = parameter(instant.toISOString(), 'timestamptz')
    if (op === 'eq') return known(`${sql} = ${given}`)
    if (op === 'ne') return `(${sql} IS DISTINCT FROM ${given})`
    if (isOrder(op)) return known(`${sql} ${orders[op]} ${given}`)
    throw invalidFilter('instants are compared, not searched')
  }
  const side = attribute.exact === true ? sql : `lower(${sql})`
  const text = attribute.exact === true ? textOf(value) : textOf(value).toLowerCase()
  const given = parameter(text, 'text')
  if (op === 'eq') return known(`${side} = ${given}`)
  if (op === 'ne') return `(${side} IS DISTINCT FROM ${given})`
  if (op === 'co') return known(`position(${given} IN ${side}) > 0`)
  if (op === 'sw') return known(`starts_with(${side}, ${given})`)
  if (op === 'ew') return known(`right(${side}, length(${given})) = ${given}`)
  return known(`${side} ${orders[op]} ${given}`)
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw invalidFilter('this attribute is compared with a text in quotes')
  // PostgreSQL's text holds no zero character: nothing it stores can equal one.
  if (value.includes('\u0000') || !value.isWellFormed()) throw invalidFilter('the text holds a character no value has')
  return value
}
