/**
 * Every door answers bad input with a typed error and the request id, loses
 * nothing, leaks nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorize, startMuster, type Running } from './running.ts'

const home = mkdtempSync(join(tmpdir(), 'muster-bad-input-'))
let muster: Running
let key: string
let agent: string

beforeAll(async () => {
  muster = await startMuster(home)
  key = muster.tenants[0]!.apiKeys.integrator
  agent = muster.tenants[0]!.agents.find(({ slug }) => slug === 'invoice-reader')!.id
}, 60_000)
afterAll(async () => {
  expect(await muster.stop()).toBe(0)
  rmSync(home, { recursive: true, force: true })
})

/** A request whose `parameters` are given as text, so that nothing on this side tidies them up. */
function body(parameters: string): string {
  return `{"query":${JSON.stringify(authorize)},"variables":{"input":{"agentId":"${agent}","tool":"crm.write","action":"update","sourceTrust":"TRUSTED_INTERNAL","parameters":${parameters}}}}`
}
const send = (text: string | Buffer) =>
  muster.post('/graphql', text, { authorization: `Bearer ${key}`, 'x-request-id': 'bad-input-test-1' })
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('a body', () => {
  test.each([
    ['of more than 1 MiB', () => body(`"${'x'.repeat(1_048_577)}"`), 413],
    ['nested 100 deep', () => body(nested(100)), 400],
    ['with a key twice', () => body('{"amount":1,"amount":1000}'), 400],
    ['with a key twice, once escaped', () => body('{"a":1,"\\u0061":2}'), 400],
    ['with a lone surrogate', () => body('"\\ud800"'), 400],
    ['with an integer of …808', () => body('9223372036854775808'), 400],
    ['with an integer of …807', () => body('9223372036854775807'), 400],
    ['with an unsafe integer', () => body('9007199254740993'), 400],
    ['that is no JSON', () => '{"query":', 400],
    ['that is no UTF-8', () => Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400],
  ])('%s is refused with a problem document and the request id', async (_, text, status) => {
    const answer = await send(text())
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(JSON.parse(answer.text)).toMatchObject({
      status,
      requestId: 'bad-input-test-1',
      title: expect.any(String),
      type: expect.any(String),
    })
  })

  test('with JSON as an inline literal is refused: a literal loses digits', async () => {
    const query = `mutation { authorizeAction(input: { agentId: "${agent}", tool: "t", action: "a", parameters: { n: 9007199254740993 } }) { __typename } }`
    const answer = await muster.graphql(key, query)
    expect(answer.data ?? null).toBeNull()
    expect(answer.errors?.[0]?.extensions['requestId']).toEqual(expect.any(String))
  })
})

describe('an id', () => {
  const foreign = (): string => muster.tenants[1]!.agents[0]!.id
  test('unknown, foreign and garbled is answered alike, to the byte', async () => {
    const ask = async (id: string): Promise<string> => {
      const { data, status } = await muster.graphql(
        key,
        'query ($id: ID!) { agent(id: $id) { id slug } decision(id: $id) { id } approval(id: $id) { id } }',
        { id },
      )
      return JSON.stringify({ data, status })
    }
    const answers = await Promise.all([
      ask(foreign()),
      ask('01900000-0000-7000-8000-000000000000'),
      ask("garbled'; --"),
    ])
    expect(new Set(answers)).toEqual(new Set(['{"data":{"agent":null,"decision":null,"approval":null},"status":200}']))
  })
})

describe('a credential', () => {
  test.each([
    ['missing', {}],
    ['garbled', { authorization: 'Bearer nothing' }],
    ['of an unknown key', { authorization: 'Bearer mk_live_00000000_0000000000000000000000000000000000000000000' }],
    [
      'a token with `alg` none',
      {
        authorization: `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"x"}').toString('base64url')}.`,
      },
    ],
  ])('%s is a 401 with problem details', async (_, headers) => {
    const answer = await muster.post('/graphql', JSON.stringify({ query: '{ __typename }' }), headers)
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBeDefined()
    expect(JSON.parse(answer.text)).toMatchObject({ status: 401, requestId: expect.any(String) })
  })
})
