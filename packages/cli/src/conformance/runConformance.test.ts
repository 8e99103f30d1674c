/** The conformance command counts what it ran, names what it did not, and fails when anything did. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CannotAsk } from '../command.ts'
import { runConformance } from './runConformance.ts'

/** Made for one test and removed after it. Never assigned from anywhere else: removal is recursive. */
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'muster-conformance-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function put(path: string, content: string | Uint8Array): void {
  const file = join(dir, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

async function run(
  only: string | null = null,
  folder = dir,
): Promise<{ passed: number; failed: number; lines: string[] }> {
  const lines: string[] = []
  const tally = await runConformance(folder, { only, verbose: false, print: (line) => lines.push(line) })
  return { ...tally, lines }
}

describe('a conformance run', () => {
  test('closes with the counts, and names what is absent and what is not run yet', async () => {
    put('json-parsing/test_parsing/y_plain.json', '{"a":1}')
    put('totp/vectors.json', '{}')
    const { lines, ...tally } = await run()
    expect(tally).toEqual({ passed: 1, failed: 0 })
    expect(lines.at(-1)).toBe('1 passed, 0 failed')
    expect(lines.find((line) => line.startsWith('totp'))).toMatch(/not yet run$/)
    expect(lines.find((line) => line.startsWith('jcs'))).toMatch(/absent$/)
  })

  test('counts a crash as a failure and goes on with the next suite', async () => {
    put('json-parsing/nothing.txt', '')
    put(
      'merkle-rfc6962/inclusion/a.json',
      '{"leafIdx":0,"treeSize":1,"root":"","leafHash":"","proof":[],"wantErr":true}',
    )
    mkdirSync(join(dir, 'merkle-rfc6962/consistency'))
    const { passed, failed, lines } = await run()
    expect([passed, failed]).toEqual([1, 1])
    expect(lines).toContainEqual(expect.stringMatching(/failed the suite ran to its end: Error: ENOENT/))
  })

  test('does not let an empty folder pass', async () => {
    mkdirSync(join(dir, 'json-parsing/test_parsing'), { recursive: true })
    expect(await run('json-parsing')).toMatchObject({ passed: 0, failed: 1 })
  })

  test('refuses a folder that is not there and a suite nobody knows', async () => {
    await expect(run(null, join(dir, 'absent'))).rejects.toThrow(CannotAsk)
    await expect(run('nonsense')).rejects.toThrow(CannotAsk)
  })
})

describe('json-parsing', () => {
  test('reads a legal file that a request may not hold with that rule lifted, and says which', async () => {
    put('json-parsing/test_parsing/y_twice.json', '{"a":1,"a":2}')
    put('json-parsing/test_parsing/y_big.json', '[1e30]')
    put('json-parsing/test_parsing/n_comma.json', '[1,]')
    expect(await run('json-parsing')).toMatchObject({ passed: 3, failed: 0 })
  })

  test('fails a must-refuse file that only strictness beyond the grammar would refuse', async () => {
    put('json-parsing/test_parsing/n_twice.json', '{"a":1,"a":2}')
    put('json-parsing/test_parsing/y_lone.json', '"\\ud800"')
    expect(await run('json-parsing')).toMatchObject({ passed: 0, failed: 2 })
  })
})

describe('jcs', () => {
  test('compares bytes and hex, and always runs the number sequence', async () => {
    put('jcs/input/a.json', '{ "b": 1E30, "a": "\\u20ac" }')
    put('jcs/output/a.json', '{"a":"€","b":1e+30}')
    put('jcs/outhex/a.txt', '7b 22 61 22 3a 22 e2 82 ac 22 2c\n22 62 22 3a 31 65 2b 33 30 7d')
    put('jcs/input/b.json', '{"a":1}')
    put('jcs/output/b.json', '{"a":1 }')
    put('jcs/outhex/b.txt', '7b2261223a317d')
    const { passed, failed, lines } = await run('jcs')
    expect([passed, failed]).toEqual([5, 1])
    expect(lines).toContainEqual('  failed b.json: got {"a":1}')
  })
})

describe('merkle-rfc6962', () => {
  test('fails a probe whose mark and verdict differ', async () => {
    const leaf = 'DTrtAjFI/9KiWfvQzcf7PPl1ZYdg03dbgq9vkKrMLfw='
    const probe = { leafIdx: 0, treeSize: 1, root: leaf, leafHash: leaf, proof: null, desc: 'one leaf' }
    put('merkle-rfc6962/inclusion/good.json', JSON.stringify({ ...probe, wantErr: false }))
    put('merkle-rfc6962/inclusion/mismarked.json', JSON.stringify({ ...probe, wantErr: true }))
    put(
      'merkle-rfc6962/inclusion/huge.json',
      '{"leafIdx":18446744073709551615,"treeSize":1,"root":"","leafHash":"","proof":[],"wantErr":true}',
    )
    const same = { size1: 1, size2: 1, root1: leaf, root2: leaf, proof: [], wantErr: false }
    put('merkle-rfc6962/consistency/deep/same.json', JSON.stringify(same))
    const { passed, failed, lines } = await run('merkle-rfc6962')
    expect([passed, failed]).toEqual([3, 1])
    expect(lines).toContainEqual('  failed inclusion/mismarked.json: accepted, should be refused')
  })
})
