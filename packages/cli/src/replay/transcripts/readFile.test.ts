/**
 * Reading transcripts: both dialects say the same, and whatever else a file
 * holds is named, never thrown.
 */
import { parseStrict, sha256Hex, UnsafeJson } from '@muster/canonical-json'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readFile } from './readFile.ts'
import { callsOf } from './transcript.ts'

const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const read = (value: unknown, path = 'a/run.json') => readFile(path, bytes(value))
const reasonOf = (value: unknown, path?: string): string => {
  const { transcripts, skipped } = read(value, path)
  expect(transcripts).toEqual([])
  expect(skipped).toHaveLength(1)
  return skipped[0]!.reason
}

const openAiCall = (id: string, name: string, args: string) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
})
const flatCall = (id: string, name: string, args: unknown) => ({ function: name, args, id, placeholder_args: null })
const assistant = (...calls: unknown[]) => ({ role: 'assistant', content: null, tool_calls: calls })
const result = (id: string, content: unknown, more = {}) => ({ role: 'tool', tool_call_id: id, content, ...more })

describe('a transcript', () => {
  test('in the dialect of OpenAI and in the flat one is the same run', () => {
    const openAi = [
      { role: 'system', content: 'be useful' },
      { role: 'user', content: 'go' },
      assistant(openAiCall('c1', 'get_a', '{"x":1}'), openAiCall('c2', 'get_b', '')),
      result('c1', 'one'),
      result('c2', [{ type: 'text', text: 'two' }]),
    ]
    const flat = {
      messages: [
        { role: 'user', content: [{ type: 'text', content: 'go' }] },
        assistant(flatCall('c1', 'get_a', { x: 1 }), flatCall('c2', 'get_b', {})),
        result('c1', [{ type: 'text', content: 'one' }], { error: null }),
        result(
          'c2',
          [
            { type: 'text', content: 't' },
            { type: 'text', content: 'wo' },
          ],
          { error: null },
        ),
      ],
    }
    expect(read(openAi).transcripts[0]!.steps).toEqual(read(flat).transcripts[0]!.steps)
    expect(callsOf(read(openAi).transcripts[0]!)).toEqual([
      {
        index: 0,
        id: 'c1',
        tool: 'get_a',
        parameters: { x: 1 },
        result: { failed: false, contentHash: sha256Hex('one') },
      },
      { index: 1, id: 'c2', tool: 'get_b', parameters: {}, result: { failed: false, contentHash: sha256Hex('two') } },
    ])
  })

  test('keeps the order in which results came back', () => {
    const { steps } = read([
      assistant(flatCall('c1', 'a', {}), flatCall('c2', 'b', {})),
      result('c2', ''),
      assistant(flatCall('c3', 'c', {})),
      result('c1', ''),
    ]).transcripts[0]!
    expect(steps.map(({ kind, call }) => `${kind} ${call.id}`)).toEqual([
      'call c1',
      'call c2',
      'result c2',
      'call c3',
      'result c1',
    ])
    expect(steps.at(-1)!.call.result).not.toBeNull()
    expect(steps[3]!.call.result).toBeNull()
  })

  test('says what it is called and where it belongs, in its own words or by its place', () => {
    const messages = [{ role: 'user', content: 'hi' }]
    expect(read({ run_id: 'r7', domain: 'banking', messages }).transcripts[0]).toMatchObject({
      runId: 'r7',
      domain: 'banking',
    })
    expect(read({ domain: 'a', department: 'b', messages }).transcripts[0]).toMatchObject({ domain: 'b' })
    expect(read(messages).transcripts[0]).toMatchObject({ runId: 'a/run.json', domain: null, line: null })
  })

  test.each([
    ['an error text', { error: 'ValueError: no' }],
    ['an error object', { error: { type: 'timeout' } }],
    ['is_error', { is_error: true }],
    ['isError', { isError: true }],
    ['a status', { status: 'error' }],
  ])('knows a failed call by %s', (_, mark) => {
    const [call] = callsOf(read([assistant(flatCall('c', 't', {})), result('c', 'x', mark)]).transcripts[0]!)
    expect(call!.result).toEqual({ failed: true, contentHash: sha256Hex('x') })
  })

  test('may use an id again once its call is answered', () => {
    const turn = [assistant(flatCall('call_0', 't', {})), result('call_0', '')]
    expect(callsOf(read([...turn, ...turn]).transcripts[0]!).map(({ index, id }) => `${index} ${id}`)).toEqual([
      '0 call_0',
      '1 call_0',
    ])
  })

  test('takes descriptions from the tools it offers, and leaves lists in other forms alone', () => {
    const messages = [{ role: 'user', content: 'hi' }]
    const tools = [
      { type: 'function', function: { name: 'a', description: 'A', parameters: { type: 'object' } } },
      'b',
      7,
    ]
    expect(read({ messages, tools }).transcripts[0]!.offered).toEqual([
      { name: 'a', description: 'A', inputSchema: { type: 'object' } },
    ])
    expect(read({ messages, tools: 'none' }).transcripts[0]!.offered).toEqual([])
  })

  test('keeps a key `__proto__` of the arguments as data', () => {
    const [call] = callsOf(read([assistant(openAiCall('c', 't', '{"__proto__":{"x":1}}'))]).transcripts[0]!)
    expect(Object.keys(call!.parameters)).toEqual(['__proto__'])
  })
})

describe('what is no transcript is named with the reason', () => {
  const ok = { role: 'user', content: 'hi' }
  test.each([
    ['nothing', '', /not safe JSON/],
    ['text that is no JSON', 'hello', /not safe JSON/],
    ['a cut-off file', '{"messages": [', /not safe JSON/],
    ['a key that stands twice', '{"messages":[],"messages":[]}', /twice/],
    ['an escaped key that stands twice', '{"messages":[],"mess\\u0061ges":[]}', /twice/],
    ['a number without one reading', '[{"role":"user","content":9007199254740993}]', /not safe JSON/],
    ['half a surrogate pair', '[{"role":"user","content":"\\ud800"}]', /surrogate/],
    ['a nesting too deep', `[${'['.repeat(80)}${']'.repeat(80)}]`, /deep/],
    ['a number', '7', /not a transcript/],
    ['null', 'null', /not a transcript/],
    ['a list of something else', [{ a: 1 }], /not of messages/],
    ['an object of something else', { name: 'package' }, /no `messages`/],
    ['messages that are no list', { messages: 'x' }, /not a list/],
    ['no messages', { messages: [] }, /no messages/],
    ['a message that is no object', { messages: ['x'] }, /a message is a string/],
    ['a message without a role', { messages: [{ content: 'x' }] }, /role of a message is missing/],
    ['an unknown role', { messages: [{ role: 'wizard' }] }, /`wizard` is no role/],
    ['calls that are no list', [ok, { role: 'assistant', tool_calls: {} }], /`tool_calls` is an object/],
    ['a call that is no object', [assistant(null)], /a tool call is null/],
    ['a call without id', [assistant({ function: 't', args: {} })], /id of a tool call is missing/],
    ['a call of another type', [assistant({ id: 'c', type: 'custom', custom: {} })], /another type/],
    [
      'a call without a function',
      [assistant({ id: 'c', type: 'function' })],
      /`function` of the tool call `c` is missing/,
    ],
    [
      'a tool without a name',
      [assistant({ id: 'c', function: { arguments: '{}' } })],
      /name of the tool in call `c` is missing/,
    ],
    ['a tool with an empty name', [assistant(flatCall('c', '', {}))], /is empty/],
    ['a tool whose name breaks a line', [assistant(flatCall('c', 'a\nb', {}))], /is no name/],
    ['a tool whose name is a novel', [assistant(flatCall('c', 'x'.repeat(201), {}))], /is no name/],
    ['arguments that are no JSON', [assistant(openAiCall('c', 't', '{'))], /`arguments` of the tool call `c`: /],
    ['arguments with a key twice', [assistant(openAiCall('c', 't', '{"a":1,"a":2}'))], /twice/],
    ['arguments that are no object', [assistant(openAiCall('c', 't', '[1]'))], /not an object/],
    ['missing arguments', [assistant({ id: 'c', function: 't' })], /`args` of the tool call `c` is missing/],
    ['an answer to nobody', [ok, result('c9', 'x')], /`c9`/],
    ['two answers to one call', [assistant(flatCall('c', 't', {})), result('c', ''), result('c', '')], /no open call/],
    ['two open calls of one id', [assistant(flatCall('c', 't', {}), flatCall('c', 't', {}))], /two open calls/],
    ['an answer without an id', [{ role: 'tool', content: 'x' }], /`tool_call_id` of a result is missing/],
    [
      'a result that is a number',
      [assistant(flatCall('c', 't', {})), result('c', 7)],
      /content of a result is a number/,
    ],
    ['a result with a part that is none', [assistant(flatCall('c', 't', {})), result('c', [7])], /a part of a content/],
  ])('%s', (_, value, reason) => {
    expect(reasonOf(value)).toMatch(reason)
  })

  test('a byte order mark and bytes that are no UTF-8', () => {
    expect(readFile('a.json', Buffer.from('\ufeff[]')).skipped).toHaveLength(1)
    expect(readFile('a.json', Uint8Array.of(0x22, 0xff, 0x22)).skipped[0]!.reason).toMatch(/UTF-8/)
  })

  test('an id is quoted short and without control characters', () => {
    const reason = reasonOf([assistant(flatCall(`\u001b[2J${'x'.repeat(300)}`, 't', 7))])
    expect(reason).not.toContain('\u001b')
    expect(reason.length).toBeLessThan(200)
  })
})

describe('a file of lines', () => {
  const run = (id: string) => JSON.stringify({ id, messages: [assistant(flatCall('c', 't', {})), result('c', id)] })

  test('with a transcript each: a broken line is named, the others go on', () => {
    const { transcripts, skipped } = readFile('d/runs.jsonl', bytes(`${run('a')}\n\nnot json\r\n${run('b')}\n{}`))
    expect(transcripts.map(({ runId, line }) => [runId, line])).toEqual([
      ['a', 1],
      ['b', 4],
    ])
    expect(skipped.map(({ place }) => place)).toEqual(['d/runs.jsonl:3', 'd/runs.jsonl:5'])
  })

  test('with a broken first line is still read', () => {
    expect(readFile('r.jsonl', bytes(`{\n${run('a')}`))).toMatchObject({
      transcripts: [{ runId: 'a' }],
      skipped: [{ place: 'r.jsonl:1' }],
    })
  })

  test('with a message each is one transcript, and broken as a whole', () => {
    const messages = [assistant(flatCall('c', 't', {})), result('c', '')].map((message) => JSON.stringify(message))
    expect(callsOf(readFile('m.jsonl', bytes(messages.join('\r\n'))).transcripts[0]!)).toHaveLength(1)
    expect(readFile('m.jsonl', bytes(`${messages.join('\n')}\noops`)).skipped).toEqual([
      { place: 'm.jsonl', reason: expect.stringMatching(/^line 3: not safe JSON/) as string },
    ])
  })

  test('with nothing in it, or nothing that is JSON, is named once', () => {
    expect(readFile('e.jsonl', bytes(' \n\n')).skipped).toEqual([{ place: 'e.jsonl', reason: 'the file is empty' }])
    expect(readFile('e.jsonl', bytes('a\nb\nc')).skipped).toHaveLength(1)
  })
})

/** Numbers beyond 2^53 are another test's. */
function hasOneReading(text: string): boolean {
  try {
    parseStrict(text)
    return true
  } catch (error) {
    if (error instanceof UnsafeJson) return false
    throw error
  }
}

describe('properties', () => {
  test('no bytes make the reader throw, and every file is either read or named', () => {
    const jsonish = fc.json({ maxDepth: 4 })
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      jsonish.map(bytes),
      fc.string({ unit: 'binary' }).map(bytes),
    )
    fc.assert(
      fc.property(content, fc.constantFrom('x.json', 'x.jsonl'), (input, path) => {
        const { transcripts, skipped } = readFile(path, input)
        expect(transcripts.length + skipped.length).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
  })

  test('a damaged transcript is named, or differs from the sound one only in what was damaged', () => {
    const sound = bytes([assistant(flatCall('c1', 'get_a', { amount: 12 })), result('c1', 'done')])
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Uint8Array.from(sound)
        damaged[at]! ^= change
        const { transcripts, skipped } = readFile('a.json', damaged)
        expect(transcripts.length + skipped.length).toBe(1)
      }),
      { numRuns: 500 },
    )
  })

  const name = fc.stringMatching(/^[a-z][a-z_]{0,20}$/)
  const plain = fc.jsonValue({ maxDepth: 3 }).filter((value) => hasOneReading(JSON.stringify(value)))
  const parameters = fc.dictionary(
    fc.string({ maxLength: 8 }).filter((key) => key !== '__proto__'),
    plain,
  )
  const turns = fc.array(
    fc.array(fc.record({ name, parameters, text: fc.string(), failed: fc.boolean() }), { maxLength: 4 }),
    {
      minLength: 1,
      maxLength: 6,
    },
  )

  test('either dialect, as file or as lines, gives the same steps for any run', () => {
    fc.assert(
      fc.property(turns, (generated) => {
        const write = (call: (id: string, tool: string, args: unknown) => unknown, part: 'text' | 'content') =>
          generated.flatMap((calls, turn) => [
            assistant(...calls.map((one, at) => call(`${turn}-${at}`, one.name, one.parameters))),
            ...calls.map((one, at) =>
              result(`${turn}-${at}`, [{ type: 'text', [part]: one.text }], { error: one.failed ? 'no' : null }),
            ),
          ])
        const flat = write(flatCall, 'content')
        const openAi = write((id, tool, args) => openAiCall(id, tool, JSON.stringify(args)), 'text')
        const expected = read({ messages: flat }).transcripts[0]?.steps
        expect(expected).toBeDefined()
        expect(read(openAi).transcripts[0]?.steps).toEqual(expected)
        const lines = openAi.map((message) => JSON.stringify(message)).join('\n')
        expect(read(lines, 'x.jsonl').transcripts[0]?.steps).toEqual(expected)
        const sent = generated.flat().map((one) => JSON.parse(JSON.stringify(one.parameters)) as unknown)
        expect(callsOf(read(openAi).transcripts[0]!).map((one) => one.parameters)).toEqual(sent)
      }),
      { numRuns: 200 },
    )
  })
})
