/**
 * The client against a real server on loopback: it asks again while that may
 * help, and never takes an error for an answer.
 */
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CannotAsk } from '../../command.ts'
import { memberOf } from './answers.ts'
import { Api } from './api.ts'
import { attemptsMax, delayAfter } from './backoff.ts'
import { Connection } from './connection.ts'
import { NotAccepted, RefusedByServer, RequestFailed, ServerGone } from './errors.ts'
import type { Traffic } from './patience.ts'

type Reply = (response: ServerResponse) => void
interface Heard {
  readonly authorization: string | undefined
  readonly body: string
}

let server: Server
let connection: Connection
let traffic: Traffic
let heard: Heard[]
let replies: Reply[]

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'rid-1', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
const good = json(200, { data: { ok: true } })
const graphqlError = (code: string) =>
  json(200, { data: null, errors: [{ message: `says ${code}`, extensions: { code } }] })
const broken: Reply = (response) => response.destroy()

beforeEach(async () => {
  heard = []
  replies = []
  traffic = { requests: 0, retries: 0 }
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', () => {
      heard.push({ authorization: request.headers.authorization, body })
      const reply = replies.length > 1 ? replies.shift()! : replies[0]!
      reply(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  connection = new Connection(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 4)
})
afterEach(async () => {
  await connection.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const ask = (...answers: Reply[]) => {
  replies = answers
  return new Api(connection, 'key', traffic).ask('query { ok }', { a: 1 })
}

test('an answer is its data, asked for with the credential and the variables', async () => {
  expect((await ask(good)).data).toEqual({ ok: true })
  expect(heard).toEqual([{ authorization: 'Bearer key', body: '{"query":"query { ok }","variables":{"a":1}}' }])
})

test.each([
  ['503 and says how long', json(503, {}, { 'retry-after': '0' })],
  ['503 in problem details', json(503, { code: 'NOT_RECORDED', detail: 'later' })],
  ['429', json(429, {})],
  ['200 with NOT_RECORDED', graphqlError('NOT_RECORDED')],
  ['200 with UNAVAILABLE', graphqlError('UNAVAILABLE')],
  ['a closed connection', broken],
])('asks again, with the same bytes, after %s', async (_, failure) => {
  expect((await ask(failure, failure, good)).data).toEqual({ ok: true })
  expect(traffic).toEqual({ requests: 3, retries: 2 })
  expect(new Set(heard.map(({ body }) => body)).size).toBe(1)
})

test.each([
  ['a GraphQL error', graphqlError('INTERNAL'), 'INTERNAL'],
  ['an error beside data', json(200, { data: { ok: true }, errors: [{ message: 'half' }] }), 'INTERNAL'],
  ['a bad request', json(400, { code: 'BAD_REQUEST', detail: 'no' }), 'BAD_REQUEST'],
  ['a body too large', json(413, '<html>'), 'HTTP_413'],
  ['no JSON', json(200, '<html>'), 'HTTP_200'],
  ['an answer with two readings', json(200, '{"data":{"ok":false},"data":{"ok":true}}'), 'HTTP_200'],
  ['no data', json(200, {}), 'HTTP_200'],
  ['data with a status of failure', json(500, { data: { ok: true } }), 'HTTP_500'],
])('takes %s for a failure, at once', async (_, failure, code) => {
  const error = await ask(failure, good).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(RequestFailed)
  expect(error).toMatchObject({ code, requestId: 'rid-1' })
  expect(traffic.retries).toBe(0)
})

test('tells a credential that is not accepted from everything else', async () => {
  await expect(ask(json(401, { detail: 'unknown' }))).rejects.toBeInstanceOf(NotAccepted)
  await expect(ask(graphqlError('UNAUTHENTICATED'))).rejects.toBeInstanceOf(NotAccepted)
})

test('renews a credential once, and no more', async () => {
  replies = [json(401, {}), good]
  const api = new Api(connection, 'old', traffic, () => Promise.resolve('new'))
  expect((await api.ask('{ ok }')).data).toEqual({ ok: true })
  expect(heard.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new'])
  replies = [json(401, {})]
  await expect(api.ask('{ ok }')).rejects.toBeInstanceOf(NotAccepted)
  expect(heard).toHaveLength(4)
})

test('gives up on a server that asks for more patience than anybody has', async () => {
  await expect(ask(json(503, {}, { 'retry-after': '3600' }))).rejects.toBeInstanceOf(ServerGone)
  expect(heard).toHaveLength(1)
})

test('refuses an address that is none', () => {
  for (const url of ['', 'localhost', 'ftp://localhost', 'file:///etc'])
    expect(() => new Connection(url, 1)).toThrow(CannotAsk)
})

describe('a result of a mutation', () => {
  test('is the member hoped for, or a refusal with its code', () => {
    expect(memberOf({ m: { __typename: 'Done', a: 1 } }, 'm', 'Done')).toMatchObject({ a: 1 })
    expect(() => memberOf({ m: { __typename: 'Refused', code: 'NO', message: 'no' } }, 'm', 'Done')).toThrow(
      RefusedByServer,
    )
    for (const data of [{}, { m: null }, { m: {} }, { m: { __typename: 'Other' } }]) {
      expect(() => memberOf(data, 'm', 'Done')).toThrow(RequestFailed)
    }
  })
})

describe('patience', () => {
  test('is bounded: every wait, and how often', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.option(fc.string(), { nil: undefined }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, retryAfter, random) => {
          const delay = delayAfter(attempt, retryAfter, random)
          if (attempt >= attemptsMax) expect(delay).toBeNull()
          else if (delay !== null) expect(delay).toBeLessThanOrEqual(38_000)
        },
      ),
    )
  })
  test('waits at least as long as the server asks', () => {
    expect(delayAfter(1, '2', 0)).toBe(2_000)
    expect(delayAfter(1, '30', 0)).toBe(30_000)
    expect(delayAfter(1, '31', 0)).toBeNull()
    expect(delayAfter(1, 'Wed, 21 Oct 2026 07:28:00 GMT', 0)).toBe(0)
  })
})
