/**
 * Reading answers: a field is what the contract says, or the answer is refused.
 */
import type { JsonObject, JsonValue } from '@muster/canonical-json'
import { RefusedByServer, RequestFailed } from './errors.ts'

function wrong(what: string): RequestFailed {
  return new RequestFailed('UNEXPECTED_ANSWER', `the answer has no ${what}`, null)
}

export function objectOf(value: JsonValue | undefined, what: string): JsonObject {
  const object = maybeObject(value)
  if (object === null) throw wrong(what)
  return object
}

export function maybeObject(value: JsonValue | undefined): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
}

export function listOf(value: JsonValue | undefined, what: string): readonly JsonObject[] {
  if (!Array.isArray(value)) throw wrong(what)
  return (value as readonly JsonValue[]).map((item) => objectOf(item, `object in ${what}`))
}

export function textOf(object: JsonObject, field: string): string {
  const value = object[field]
  if (typeof value !== 'string') throw wrong(`\`${field}\``)
  return value
}

export function maybeText(object: JsonObject, field: string): string | null {
  const value = object[field]
  return typeof value === 'string' ? value : null
}

/** A sequence number: a decimal string or a number. */
export function seqOf(object: JsonObject, field: string): number {
  const value = object[field]
  const seq = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) throw wrong(`\`${field}\``)
  return seq
}

/** The member of a result union that was hoped for. @throws RefusedByServer for any other. */
export function memberOf(data: JsonObject, field: string, typename: string): JsonObject {
  const result = objectOf(data[field], `\`${field}\``)
  if (result['__typename'] === typename) return result
  const code = maybeText(result, 'code')
  if (code === null) throw wrong(`\`${typename}\` or refusal`)
  throw new RefusedByServer(code, maybeText(result, 'message') ?? code)
}
