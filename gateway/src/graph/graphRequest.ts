/**
 * The body of `POST /graphql`, read strictly: one reading or none, and nothing
 * in it that is not of the protocol (GraphQL over HTTP).
 */
import { parseStrict, UnsafeJson, type JsonObject, type JsonValue } from '@muster/canonical-json'
import { Refused } from '../door/problem.ts'
import type { GraphRequest } from './federated.ts'
import { batchMax } from './limits.ts'

export interface GraphBody {
  readonly requests: readonly GraphRequest[]
  /** True when the body was an array: so will be the answer. */
  readonly batched: boolean
}

/** Reads the bytes. Throws `BAD_REQUEST` or `PAYLOAD_TOO_LARGE`, naming what was wrong in `reason`. */
export function readGraphBody(bytes: unknown): GraphBody {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw new Refused('BAD_REQUEST', 'the body is empty')
  const body = parse(bytes)
  if (!Array.isArray(body)) return { requests: [readRequest(body)], batched: false }
  if (body.length === 0 || body.length > batchMax) {
    throw new Refused('BAD_REQUEST', `a batch has 1 to ${batchMax} operations`, { extra: { reason: 'BATCH_SIZE' } })
  }
  return { requests: body.map(readRequest), batched: true }
}

function parse(bytes: Buffer): JsonValue {
  try {
    return parseStrict(bytes)
  } catch (error) {
    if (!(error instanceof UnsafeJson)) throw error
    const code = error.code === 'TOO_LARGE' ? 'PAYLOAD_TOO_LARGE' : 'BAD_REQUEST'
    throw new Refused(code, error.message, { extra: { reason: error.code, offset: error.offset }, cause: error })
  }
}

function readRequest(value: JsonValue): GraphRequest {
  if (!isObject(value)) throw new Refused('BAD_REQUEST', 'an operation is an object')
  const { query, variables, operationName } = value
  if (typeof query !== 'string') {
    throw new Refused('BAD_REQUEST', '`query` is needed, as text; stored operations are not offered')
  }
  if (variables !== undefined && variables !== null && !isObject(variables)) {
    throw new Refused('BAD_REQUEST', '`variables` is an object')
  }
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw new Refused('BAD_REQUEST', '`operationName` is text')
  }
  return {
    query,
    variables: variables ?? {},
    operationName: operationName === null || operationName === '' ? undefined : operationName,
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
