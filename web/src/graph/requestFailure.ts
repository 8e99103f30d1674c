/**
 * What went wrong with a request, in the one form every screen shows: words,
 * a stable code and the request id that finds it in the server's log.
 */
import type { CombinedError } from 'urql'
import { t } from '../texts.ts'

/** The gateway answered with problem details, or did not answer. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure'
  readonly code: string
  readonly status: number
  readonly requestId: string | null
  constructor(message: string, code: string, status: number, requestId: string | null) {
    super(message)
    this.code = code
    this.status = status
    this.requestId = requestId
  }
}

/** What a screen shows of any failure. */
export interface Failure {
  readonly code: string
  readonly words: string
  readonly requestId: string | null
}

/** Reads problem details (RFC 9457); a body that is none gives the status alone. */
export async function failureOf(response: Response): Promise<RequestFailure> {
  const requestId = response.headers.get('x-request-id')
  const type = response.headers.get('content-type') ?? ''
  const problem: unknown = type.includes('json') ? await response.json().catch(() => null) : null
  const text = (name: string): string | undefined => {
    const value = problem !== null && typeof problem === 'object' ? Reflect.get(problem, name) : undefined
    return typeof value === 'string' ? value : undefined
  }
  const words = text('detail') ?? text('title') ?? t.failure.status(response.status)
  return new RequestFailure(words, text('code') ?? `HTTP_${response.status}`, response.status, requestId)
}

/** Fetches from this origin; anything but success is a `RequestFailure`, also no answer at all. */
export async function fetchOwn(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, { ...init, credentials: 'same-origin' }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new RequestFailure(t.failure.unreachable, 'UNREACHABLE', 0, null)
  })
  if (!response.ok) throw await failureOf(response)
  return response
}

/** Any error of a query, a mutation or a plain request, for showing. */
export function asFailure(error: unknown): Failure {
  if (error instanceof RequestFailure) return { code: error.code, words: error.message, requestId: error.requestId }
  if (isCombined(error)) {
    if (error.networkError instanceof RequestFailure) return asFailure(error.networkError)
    const [first] = error.graphQLErrors
    const { code, requestId } = first?.extensions ?? {}
    return {
      code: typeof code === 'string' ? code : 'INTERNAL',
      words: first?.message ?? t.failure.unknown,
      requestId: typeof requestId === 'string' ? requestId : null,
    }
  }
  return { code: 'INTERNAL', words: t.failure.unknown, requestId: null }
}

function isCombined(error: unknown): error is CombinedError {
  return error instanceof Error && error.name === 'CombinedError'
}
