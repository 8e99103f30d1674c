/**
 * One attempt at every site: the answer to another's id beside the answer to
 * an id that is nobody's, and to one's own.
 */
import type { GraphQLSchema } from 'graphql'
import type { Running } from '../faults/running.ts'
import { argumentsFor, garbledValue, kinds, resultSelection, unknownValue } from './attempts.ts'
import { ask } from './door.ts'
import type { Rows } from './rows.ts'
import { operationOf, rootFields, selectionOf, sitesOf, type Site } from './schemaSites.ts'

export interface Reach {
  readonly site: Site
  /** Answers as they came, with the value that was sent replaced by `<sent>`. */
  readonly foreign: string
  readonly unknown: string
  /** Null where a value of no shape makes no sense. */
  readonly garbled: string | null
}

/** A call at one site under a credential. */
export type Attempt = (site: Site, value: string, own: Rows) => Promise<string>

export function attemptAs(muster: Running, schema: GraphQLSchema, bearer: string): Attempt {
  const fields = new Map(rootFields(schema).map(({ root, field }) => [`${root}.${field.name}`, field]))
  return async (site, value, own) => {
    const field = fields.get(`${site.root}.${site.field}`)!
    const args = argumentsFor(site, value, own)
    const selection = site.root === 'Query' ? selectionOf(field.type) : resultSelection(site.field)
    const answer = await ask(muster, bearer, operationOf(site.root, field, Object.keys(args), selection), args)
    return answer.replaceAll(value, '<sent>')
  }
}

/** Sites that name a row. */
export function namingSites(schema: GraphQLSchema): Site[] {
  return sitesOf(schema).filter(({ name }) => typeof kinds[name] === 'string')
}

/** Tries another's row at a site. */
export async function reach(attempt: Attempt, site: Site, theirs: Rows, own: Rows): Promise<Reach> {
  const kind = kinds[site.name]!
  const garbled = garbledValue(kind)
  return {
    site,
    foreign: await attempt(site, theirs[kind], own),
    unknown: await attempt(site, unknownValue(kind, theirs[kind]), own),
    garbled: garbled === null ? null : await attempt(site, garbled, own),
  }
}

/** What is readable of a tenant under a credential, root field by root field: nothing is named, all is listed. */
export async function readAll(muster: Running, schema: GraphQLSchema, bearer: string): Promise<Map<string, string>> {
  const answers = new Map<string, string>()
  for (const { root, field } of rootFields(schema)) {
    if (root !== 'Query' || field.args.some(({ type }) => String(type).endsWith('!') && !String(type).includes('=')))
      continue
    const first = field.args.some(({ name }) => name === 'first') ? { first: 30 } : {}
    const query = operationOf(root, field, Object.keys(first), selectionOf(field.type))
    answers.set(field.name, await ask(muster, bearer, query, first))
  }
  return answers
}

/** Texts of an answer that tell where they come from: long enough, and no instant. */
export function stringsIn(answers: Iterable<string>): Set<string> {
  const found = new Set<string>()
  const collect = (value: unknown): void => {
    if (typeof value === 'string') {
      if (value.length >= 4 && !/^\d{4}-\d{2}-\d{2}T/.test(value)) found.add(value)
    } else if (value !== null && typeof value === 'object') Object.values(value).forEach(collect)
  }
  for (const answer of answers) collect(JSON.parse(answer.slice(4)))
  return found
}
