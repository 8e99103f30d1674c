/** What the graph's door promises, over HTTP on a real database. */
import { newId } from '@muster/kernel'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../testing/world.ts'

let world: World
let key: string

beforeAll(async () => {
  world = await startWorld()
  key = (await world.addKey()).apiKey
})
afterAll(() => world.stop())

const as = (more = {}) => ({ bearer: key, ...more })

describe('an operation', () => {
  it('answers from one service, under the caller\u2019s own tenant', async () => {
    const answer = await world.graphql('{ tenantSeen hello(name: "you") }', as())
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ data: { tenantSeen: world.tenantId, hello: 'hello you' } })
  })

  it('answers across services with one request id in both', async () => {
    const requestId = `across-${newId()}`
    const query = '{ me { kind } someAgent(id: "0199a5a0-0000-7000-8000-000000000000") { id shade } }'
    const answer = await world.graphql(query, as({ headers: { 'x-request-id': requestId } }))
    expect(answer.body.data?.['me']).toEqual({ kind: 'API_KEY' })
    expect(answer.body.data?.['someAgent']).toMatchObject({ shade: requestId })
    expect(answer.headers.get('x-request-id')).toBe(requestId)
  })

  it('goes straight when one service answers all of it, conditions and several fields included', async () => {
    const straight = async (): Promise<number> => {
      const text = await (await world.fetch('/metrics')).text()
      const counts = text.matchAll(/operation_seconds_count\{kind="\w+",route="straight",outcome="\w+"\} (\d+)/g)
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
    }
    const before = await straight()
    const conditional = 'query($x: Boolean = true) { hello @include(if: $x) tenantSeen @skip(if: $x) }'
    expect((await world.graphql(conditional, as())).body.data).toEqual({ hello: 'hello world' })
    const twice = await world.graphql('mutation { one: record { ok } two: record { ok } }', as())
    expect(twice.body.data).toEqual({ one: { ok: true }, two: { ok: true } })
    await world.graphql('{ hello me { kind } }', as())
    expect(await straight()).toBe(before + 2)
  })

  it('keeps every digit and every key of a JSON variable', async () => {
    const json = { big: 9007199254740991, small: -0.1, 'a b': [null, '\u0000', '𝄞'], __proto__: 1 }
    const text = JSON.stringify({ query: 'query($json: JSON) { echo(json: $json) }', variables: { json } })
    const answer = await world.graphql('', as({ raw: text }))
    expect(answer.body.data?.['echo']).toEqual(json)
  })

  it('refuses JSON written into the query, where digits would be lost', async () => {
    const answer = await world.graphql('{ echo(json: { a: 1 }) }', as())
    expect(answer.status).toBe(400)
    expect(answer.body.errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED')
    expect(world.seen).toHaveLength(1)
  })

  it('is chosen by name when there are several, and refused without one', async () => {
    const query = 'query A { hello } query B { tenantSeen }'
    expect((await world.graphql(query, as({ operationName: 'A' }))).body.data).toEqual({ hello: 'hello world' })
    expect((await world.graphql(query, as({ operationName: 'C' }))).status).toBe(400)
    expect((await world.graphql(query, as())).status).toBe(400)
  })

  it('runs a batch in order and refuses one of more than ten', async () => {
    const one = { query: '{ hello }' }
    const answer = await world.graphql('', as({ raw: JSON.stringify([one, { query: '{ nothing }' }]) }))
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject([{ data: { hello: 'hello world' } }, { errors: [{}] }])
    const tooMany = await world.graphql('', as({ raw: JSON.stringify(Array.from({ length: 11 }, () => one)) }))
    expect(tooMany).toMatchObject({ status: 400, body: { reason: 'BATCH_SIZE' } })
  })
})

describe('what the public may not see', () => {
  it('keeps the schema to itself', async () => {
    for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Query") { name } }']) {
      const answer = await world.graphql(query, as())
      expect(answer.status).toBe(400)
      expect(answer.body.data).toBeUndefined()
    }
    expect((await world.graphql('{ __typename }', as())).body.data).toEqual({ __typename: 'Query' })
  })

  it('suggests no names, of fields, of arguments or of values', async () => {
    for (const query of ['{ hell }', '{ hello(nam: "x") }', '{ colour(of: REDD) }']) {
      const text = JSON.stringify((await world.graphql(query, as())).body)
      expect(text).toContain('errors')
      expect(text).not.toContain('Did you mean')
    }
    const query = 'query($of: Colour) { colour(of: $of) }'
    const text = JSON.stringify((await world.graphql(query, as({ variables: { of: 'GREE' } }))).body)
    expect(text).toContain('errors')
    expect(text).not.toContain('Did you mean')
  })

  it('hides what broke behind a code and the request id', async () => {
    const answer = await world.graphql('{ broken hello }', as({ headers: { 'x-request-id': 'broken-request-1' } }))
    expect(answer.status).toBe(200)
    expect(answer.body.data).toEqual({ broken: null, hello: 'hello world' })
    expect(answer.body.errors).toEqual([
      {
        message: 'something went wrong on our side',
        path: ['broken'],
        extensions: { code: 'INTERNAL', requestId: 'broken-request-1' },
      },
    ])
  })

  it('names no service in an error of several', async () => {
    const query = '{ me { kind } broken }'
    const text = JSON.stringify((await world.graphql(query, as())).body)
    expect(text).toContain('INTERNAL')
    expect(text).not.toMatch(/serviceName|scoring|identity/)
  })
})

describe('an answer that is nothing but "not now"', () => {
  it('leaves as 503, so that nothing looks allowed', async () => {
    for (const [query, code] of [
      ['{ unavailable }', 'UNAVAILABLE'],
      ['mutation { unrecorded }', 'NOT_RECORDED'],
    ] as const) {
      const answer = await world.graphql(query, as())
      expect(answer).toMatchObject({ status: 503, body: { status: 503, code, data: null } })
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      expect(answer.headers.get('retry-after')).toBe('1')
      expect(answer.body['requestId']).toBe(answer.headers.get('x-request-id'))
    }
  })

  it('stays 200 when a part of the answer is there', async () => {
    const answer = await world.graphql('{ unavailable hello }', as())
    expect(answer.status).toBe(200)
    expect(answer.body.data).toEqual({ unavailable: null, hello: 'hello world' })
  })
})

describe('limits', () => {
  const nested = (depth: number): string =>
    `{ page ${'{ nodes { pages '.repeat(depth)} { nodes { id } } ${'} }'.repeat(depth)} }`

  it('refuses what is too deep, too aliased, too long, too full of directives or asks for too much', async () => {
    const aliases = Array.from({ length: 31 }, (_, i) => `a${i}: hello`).join(' ')
    const directives = Array.from({ length: 50 }, (_, i) => `${i === 0 ? '' : ''}hello @include(if: true)`).join(' ')
    const tokens = '{ ' + 'hello '.repeat(3_100) + '}'
    for (const query of [nested(8), `{ ${aliases} }`, `{ ${directives} }`, tokens, `{ hello ${' '.repeat(70_000)} }`]) {
      const answer = await world.graphql(query, as())
      expect(answer.status).toBe(400)
      expect(answer.body.errors?.[0]?.extensions['requestId']).toBeDefined()
    }
    const costly = '{ page(first: 1000) { nodes { pages(first: 1000) { nodes { id } } } } }'
    expect((await world.graphql(costly, as())).body.errors?.[0]?.extensions['code']).toBe('TOO_COSTLY')
    const byVariable = 'query($n: Int) { page(first: $n) { nodes { pages(first: $n) { nodes { id } } } } }'
    expect((await world.graphql(byVariable, as({ variables: { n: 1000 } }))).status).toBe(400)
    expect((await world.graphql(byVariable, as({ variables: { n: 10 } }))).status).toBe(200)
  })

  it('does not let a circle of fragments through', async () => {
    const query = '{ page { ...A } } fragment A on ProbePage { nodes { pages { ...A } } }'
    expect((await world.graphql(query, as())).status).toBe(400)
  })
})

describe('a body that has more than one reading', () => {
  const withVariables = (json: string): string =>
    `{"query":"query($json: JSON) { echo(json: $json) }","variables":{"json":${json}}}`
  const cases: [string, string | Uint8Array<ArrayBuffer>, string][] = [
    ['a key twice', withVariables('{"a":1,"\\u0061":2}'), 'DUPLICATE_KEY'],
    ['an integer beyond 2^53', withVariables('9223372036854775807'), 'UNSAFE_NUMBER'],
    ['half a surrogate', withVariables('"\\ud800"'), 'LONE_SURROGATE'],
    ['a hundred levels', withVariables('['.repeat(100) + ']'.repeat(100)), 'TOO_DEEP'],
    ['bytes that are no text', new Uint8Array([0x7b, 0xff, 0x7d]), 'INVALID_UTF8'],
    ['no JSON', '{"query":', 'SYNTAX'],
  ]
  for (const [what, raw, reason] of cases) {
    it(`is refused: ${what}`, async () => {
      const before = world.seen.length
      const answer = await world.graphql('', as({ raw }))
      expect(answer).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST', reason } })
      expect(answer.body['requestId']).toBe(answer.headers.get('x-request-id'))
      expect(world.seen).toHaveLength(before)
    })
  }

  it('is refused beyond one MiB with an answer the sender reads', async () => {
    for (const size of [1_048_577, 3_000_000]) {
      const answer = await world.graphql('', as({ raw: withVariables(JSON.stringify('x'.repeat(size))) }))
      expect(answer).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } })
    }
    const fits = withVariables(JSON.stringify('x'.repeat(1_000_000)))
    expect((await world.graphql('', as({ raw: fits }))).status).toBe(200)
  })

  it('is refused as anything but JSON, and by any method but POST', async () => {
    const plain = await world.graphql('{ hello }', as({ headers: { 'content-type': 'text/plain' } }))
    expect(plain).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } })
    const get = await world.fetch('/graphql?query={hello}')
    expect(get.status).toBe(405)
    expect(get.headers.get('allow')).toBe('POST')
  })
})
