/**
 * The public GraphQL API as one credential sees it.
 *
 * INVARIANT (no error allows): data is returned only from an answer with status
 * 200, `data` and no `errors`.
 */
import type { JsonObject, JsonValue } from '@muster/canonical-json'
import { maybeObject, maybeText } from './answers.ts'
import { isTransientCode, isTransientStatus } from './backoff.ts'
import type { Connection, Exchange } from './connection.ts'
import { NotAccepted, RequestFailed } from './errors.ts'
import { patiently, type Judged, type Traffic } from './patience.ts'

export interface Answer {
  readonly data: JsonObject
  /** Of the attempt that was answered, milliseconds from sending to the last byte. */
  readonly elapsedMs: number
}

export class Api {
  readonly #connection: Connection
  readonly #traffic: Traffic
  readonly #renew: (() => Promise<string>) | null
  #bearer: string

  /** @param renew gives a new bearer once the old one is not accepted any more; null for an API key. */
  constructor(connection: Connection, bearer: string, traffic: Traffic, renew: (() => Promise<string>) | null = null) {
    this.#connection = connection
    this.#bearer = bearer
    this.#traffic = traffic
    this.#renew = renew
  }

  /** @throws RequestFailed, NotAccepted or ServerGone; a refusal of the domain is data (`memberOf` reads it). */
  async ask(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    const body = JSON.stringify({ query, variables })
    try {
      return await this.#ask(body)
    } catch (error) {
      if (!(error instanceof NotAccepted) || this.#renew === null) throw error
      this.#bearer = await this.#renew()
      return await this.#ask(body)
    }
  }

  async #ask(body: string): Promise<Answer> {
    const send = (): Promise<Exchange> =>
      this.#connection.post('/graphql', body, { authorization: `Bearer ${this.#bearer}` })
    const { value, elapsedMs } = await patiently(this.#connection, this.#traffic, send, judge)
    return { data: value, elapsedMs }
  }
}

function judge({ status, body, requestId }: Exchange): Judged<JsonObject> {
  const document = maybeObject(body ?? undefined)
  const [first] = errorsOf(document)
  if (first !== undefined) {
    const code = maybeText(maybeObject(first['extensions']) ?? {}, 'code') ?? 'INTERNAL'
    if (isTransientCode(code)) return { kind: 'again' }
    const message = maybeText(first, 'message') ?? 'the server reports an error'
    const Kind = code === 'UNAUTHENTICATED' ? NotAccepted : RequestFailed
    return { kind: 'failed', error: new Kind(code, message, requestId) }
  }
  if (isTransientStatus(status)) return { kind: 'again' }
  const data = maybeObject(document?.['data'])
  if (status === 200 && data !== null) return { kind: 'answered', value: data }
  return { kind: 'failed', error: problemOf(status, document, requestId) }
}

/** What a door says in problem details, or failing that its status. */
export function problemOf(status: number, document: JsonObject | null, requestId: string | null): RequestFailed {
  const code = maybeText(document ?? {}, 'code') ?? `HTTP_${status}`
  const detail = maybeText(document ?? {}, 'detail') ?? `the server answers with status ${status}`
  const Kind = status === 401 ? NotAccepted : RequestFailed
  return new Kind(code, detail, requestId)
}

function errorsOf(document: JsonObject | null): JsonObject[] {
  const errors: JsonValue | undefined = document?.['errors']
  if (!Array.isArray(errors)) return []
  return (errors as readonly JsonValue[]).map(maybeObject).filter((error) => error !== null)
}
