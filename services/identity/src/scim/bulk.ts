/**
 * Bulk (RFC 7644 §3.7): operations in order, new people and new agents that
 * follow each other in batches of one commit each.
 *
 * Memory is that of one request: nothing is kept between requests, and a batch
 * is forgotten when its outcomes are written down.
 */
import { caller } from '../caller.ts'
import { createAgents } from './agents.ts'
import { createUsers, type Outcome } from './createUsers.ts'
import { batchMax, bulkMax } from './limits.ts'
import { memberOf } from './patch.ts'
import type { ScimAnswer, ScimRequest } from './request.ts'
import { asScimError, errorBody, invalidSyntax, invalidValue, ScimError } from './scimError.ts'
import { bulkRequestUrn, bulkResponseUrn, isObject, type Json } from './urns.ts'
import type { Room } from '../room.ts'

interface Operation {
  method: string
  path: string
  bulkId: string | null
  version: string | null
  data: unknown
}

const references = /bulkId:([^/"]+)/

export async function bulk(
  room: Room,
  request: ScimRequest,
  one: (request: ScimRequest) => Promise<ScimAnswer>,
): Promise<ScimAnswer> {
  const { operations, failOnErrors } = readBulk(request.body)
  const results: Json[] = []
  const made = new Map<string, string>()
  let failures = 0
  const note = (operation: Operation, outcome: Outcome): void => {
    if (outcome instanceof Error) failures += 1
    else if (operation.bulkId !== null && operation.method === 'POST')
      made.set(operation.bulkId, String(outcome.body?.['id']))
    results.push(resultOf(operation, outcome, request.base))
  }
  const enough = (): boolean => failOnErrors !== null && failures >= failOnErrors

  for (let at = 0; at < operations.length && !enough();) {
    const operation = operations[at]!
    // With a limit on failures nothing may be done beyond it: then each stands alone.
    const run = failOnErrors === null ? runFrom(operations, at, made) : 1
    if (run > 1) {
      const batch = operations.slice(at, at + run)
      const create = collectionOf(operation) === '/users' ? createUsers : createAgents
      const bodies = batch.map(({ data }) => resolved(data, made))
      for (const [index, outcome] of (await create(room, bodies, request.base)).entries()) note(batch[index]!, outcome)
    } else note(operation, await alone(operation, request, made, one))
    at += run
  }
  return { status: 200, body: { schemas: [bulkResponseUrn], Operations: results } }
}

const collectionOf = ({ method, path }: Operation): string | null => {
  const lower = path.toLowerCase()
  return method === 'POST' && (lower === '/users' || lower === '/agents') ? lower : null
}

/** How many operations from here on make one batch: the same collection, and no reference to one another. */
function runFrom(operations: readonly Operation[], start: number, made: ReadonlyMap<string, string>): number {
  const collection = collectionOf(operations[start]!)
  if (collection === null) return 1
  let run = 0
  while (run < batchMax && start + run < operations.length) {
    const next = operations[start + run]!
    if (collectionOf(next) !== collection || !refersOnlyTo(next.data, made)) break
    run += 1
  }
  return Math.max(1, run)
}

function refersOnlyTo(data: unknown, made: ReadonlyMap<string, string>): boolean {
  if (typeof data === 'string') {
    const id = data.startsWith('bulkId:') ? data.slice('bulkId:'.length) : null
    return id === null || made.has(id)
  }
  return typeof data !== 'object' || data === null || Object.values(data).every((each) => refersOnlyTo(each, made))
}

async function alone(
  operation: Operation,
  request: ScimRequest,
  made: ReadonlyMap<string, string>,
  one: (request: ScimRequest) => Promise<ScimAnswer>,
): Promise<Outcome> {
  try {
    const path = operation.path.replace(references, (_, id: string) => made.get(id) ?? unknownReference())
    const parts = path.replace(/^\//, '').split('/')
    if (parts[0]?.toLowerCase() === 'bulk') throw invalidValue('a bulk request holds no other')
    return await one({
      ...request,
      method: operation.method,
      path: parts,
      query: {},
      body: resolved(operation.data, made),
      ifMatch: operation.version,
      ifNoneMatch: null,
    })
  } catch (error) {
    const refused = asScimError(error)
    if (refused === null) throw error
    return refused
  }
}

const unknownReference = (): never => {
  throw new ScimError(409, 'invalidValue', 'a `bulkId` is named that no operation before it made')
}

function resolved(data: unknown, made: ReadonlyMap<string, string>): unknown {
  if (typeof data === 'string')
    return data.startsWith('bulkId:') ? (made.get(data.slice('bulkId:'.length)) ?? unknownReference()) : data
  if (Array.isArray(data)) return data.map((each) => resolved(each, made))
  if (!isObject(data)) return data
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, resolved(value, made)]))
}

function readBulk(body: unknown): { operations: Operation[]; failOnErrors: number | null } {
  caller()
  if (!isObject(body)) throw invalidSyntax('a bulk request is an object')
  const schemas = memberOf(body, 'schemas')
  if (!Array.isArray(schemas) || !schemas.includes(bulkRequestUrn))
    throw invalidSyntax(`\`schemas\` must hold \`${bulkRequestUrn}\``)
  const given = memberOf(body, 'operations')
  if (!Array.isArray(given)) throw invalidSyntax('`Operations` is a list')
  if (given.length > bulkMax) throw new ScimError(413, 'tooMany', `at most ${bulkMax} operations a request`)
  const limit = memberOf(body, 'failOnErrors')
  if (limit !== undefined && limit !== null && !(Number.isSafeInteger(limit) && (limit as number) > 0))
    throw invalidValue('`failOnErrors` is a whole number from 1')
  const seen = new Set<string>()
  const operations = given.map((each): Operation => {
    if (!isObject(each)) throw invalidSyntax('an operation is an object')
    const { path, bulkId, version } = each
    const method = typeof each['method'] === 'string' ? each['method'].toUpperCase() : ''
    if (!['POST', 'PUT', 'PATCH', 'DELETE'].includes(method))
      throw invalidSyntax('`method` is POST, PUT, PATCH or DELETE')
    if (typeof path !== 'string') throw invalidSyntax('`path` is a text')
    const id = typeof bulkId === 'string' && bulkId !== '' ? bulkId : null
    if (id !== null && seen.has(id)) throw invalidValue('a `bulkId` stands for one operation')
    if (id !== null) seen.add(id)
    return { method, path, bulkId: id, version: typeof version === 'string' ? version : null, data: each['data'] }
  })
  return { operations, failOnErrors: (limit as number | null | undefined) ?? null }
}

function resultOf({ method, path, bulkId }: Operation, outcome: Outcome, base: string): Json {
  const head = { method, ...(bulkId === null ? {} : { bulkId }) }
  if (outcome instanceof Error) {
    return {
      ...head,
      ...(method === 'POST' ? {} : { location: base + path }),
      status: String(outcome.status),
      response: errorBody(outcome),
    }
  }
  const { location, etag, status } = outcome
  return { ...head, location: location ?? base + path, ...(etag ? { version: etag } : {}), status: String(status) }
}
