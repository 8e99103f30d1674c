/**
 * One kept-alive connection pool to a server, and one exchange over it.
 *
 * Answers are parsed as strictly as requests are, and bounded: the replay does
 * not trust what it is about to verify.
 */
import { parseStrict, UnsafeJson, type JsonValue } from '@muster/canonical-json'
import { Pool } from 'undici'
import { CannotAsk } from '../../command.ts'

/** A page of a thousand receipts has about two megabytes. */
const answerBytesMax = 64 * 1_048_576
/** A decision takes milliseconds; a server that is silent this long is asked again. */
const answerTimeoutMs = 30_000

export interface Exchange {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly requestId: string | null
  /** Null when the body is no JSON that has one reading. */
  readonly body: JsonValue | null
}

export class Connection {
  readonly origin: string
  readonly #pool: Pool

  /** @param connections requests in flight at once, at most. @throws CannotAsk for an address that is none. */
  constructor(url: string, connections: number) {
    this.origin = originOf(url)
    this.#pool = new Pool(this.origin, {
      connections,
      headersTimeout: answerTimeoutMs,
      bodyTimeout: answerTimeoutMs,
      connect: { timeout: 10_000 },
    })
  }

  get(path: string, headers: Readonly<Record<string, string>>): Promise<Exchange> {
    return this.#exchange('GET', path, headers, null)
  }

  post(path: string, body: string, headers: Readonly<Record<string, string>>): Promise<Exchange> {
    return this.#exchange('POST', path, { ...headers, 'content-type': 'application/json' }, body)
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  async #exchange(
    method: 'GET' | 'POST',
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string | null,
  ): Promise<Exchange> {
    const answer = await this.#pool.request({
      method,
      path,
      headers: { accept: 'application/json, application/problem+json', ...headers },
      body,
    })
    const bytes = await boundedBytes(answer.body)
    return {
      status: answer.statusCode,
      retryAfter: single(answer.headers['retry-after']),
      requestId: single(answer.headers['x-request-id']) ?? null,
      body: parsed(bytes),
    }
  }
}

function originOf(url: string): string {
  const parsedUrl = URL.canParse(url) ? new URL(url) : null
  if (parsedUrl === null || (parsedUrl.protocol !== 'http:' && parsedUrl.protocol !== 'https:')) {
    throw new CannotAsk(`\`${url}\` is not the address of a server`)
  }
  return parsedUrl.origin
}

async function boundedBytes(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > answerBytesMax) throw new Error(`the answer is larger than ${answerBytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parsed(bytes: Uint8Array): JsonValue | null {
  try {
    return parseStrict(bytes, { maxBytes: answerBytesMax })
  } catch (error) {
    if (error instanceof UnsafeJson) return null
    throw error
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
