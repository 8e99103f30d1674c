/**
 * Errors of an operation as the public sees them: a message, where it happened,
 * a stable code and the request id. Which service said it, how its schema looks
 * and what it suggests instead stay inside.
 */
import type { FaultCode } from '@muster/kernel'
import type { SubgraphResponse } from '@muster/subgraph-kit'
import type { GraphQLFormattedError } from 'graphql'

export type GraphAnswer = SubgraphResponse

const wellFormedCode = /^[A-Z][A-Z_]{1,63}$/
const suggestion = / Did you mean .*$/s
const internalText = 'something went wrong on our side'

/** Codes that tell of Apollo's own parts rather than of the request. */
const innerCodes: Record<string, string> = {
  INTERNAL_SERVER_ERROR: 'INTERNAL',
  DOWNSTREAM_SERVICE_ERROR: 'INTERNAL',
  BAD_USER_INPUT: 'BAD_REQUEST',
}

/** @returns the errors with nothing in them but what a caller may know. */
export function publicErrors(
  errors: readonly GraphQLFormattedError[],
  requestId: string,
): readonly GraphQLFormattedError[] {
  return errors.map(({ message, path, extensions }) => {
    const given = extensions?.['code']
    const code = typeof given === 'string' && wellFormedCode.test(given) ? (innerCodes[given] ?? given) : 'INTERNAL'
    const text = code === 'INTERNAL' ? internalText : message.replace(suggestion, '')
    return { message: text, ...(path === undefined ? {} : { path }), extensions: { code, requestId } }
  })
}

/**
 * The fault of an answer that holds nothing but one: no root field has a value
 * and every error is the same kind of "not now". It leaves as an HTTP status,
 * so that a caller who reads no bodies still knows that nothing was allowed.
 */
export function wholeFault({ data, errors }: GraphAnswer): FaultCode | null {
  if (errors === undefined || errors.length === 0) return null
  if (data !== null && data !== undefined && Object.values(data).some((value) => value !== null)) return null
  const codes = new Set(errors.map(({ extensions }) => extensions?.['code']))
  if ([...codes].every((code) => code === 'UNAUTHENTICATED')) return 'UNAUTHENTICATED'
  if ([...codes].every((code) => code === 'UNAVAILABLE' || code === 'NOT_RECORDED')) {
    return codes.has('NOT_RECORDED') ? 'NOT_RECORDED' : 'UNAVAILABLE'
  }
  return null
}
