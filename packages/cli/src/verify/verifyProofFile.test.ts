/** A proof bundle verifies offline by one command, which names what it checked and what was touched. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatVerifierKey, toHex } from '@muster/ledger'
import { buildLedger, proofText, testSigner, type TestLedger } from '@muster/ledger/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let folder: string
let ledger: TestLedger
let text: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-proof-'))
  ledger = await buildLedger(12, [12])
  text = await proofText(ledger, 4, 7)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
let files = 0
function run(content: string, ...flags: string[]): { status: number | null; lines: string[]; error: string } {
  const path = join(folder, `file-${files++}`)
  writeFileSync(path, content)
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'verify', path, ...flags], { encoding: 'utf8' })
  return { status, lines: stdout.trim().split('\n'), error: stderr }
}

describe('muster verify, of a proof bundle', () => {
  test('names the range, the checkpoint, whose key signed it, and the bodies it hashed', () => {
    const { status, lines } = run(text)
    expect([status, lines.at(-1)]).toEqual([0, 'intact'])
    expect(lines.join('\n')).toMatch(/range +entries 4 to 7/)
    expect(lines.join('\n')).toContain(`12 entries, root ${ledger.head.rootHash}`)
    expect(lines.join('\n')).toContain('a key the file itself names')
    expect(lines.join('\n')).toContain('4 entries stand in the signed tree, 4 of them with their body')
    const pinned = run(text, '--key', formatVerifierKey(ledger.origin, ledger.publicKey))
    expect([pinned.status, pinned.lines.join('\n')]).toEqual([0, expect.stringContaining('by a key you gave')])
  })

  test('names the entry that was touched, and exits 1', () => {
    const lines = text.split('\n')
    const damaged = lines.map((line, at) => (at === 2 ? line.replace('req-5', 'req-6') : line)).join('\n')
    const { status, lines: said } = run(damaged)
    expect(status).toBe(1)
    expect(said.at(-1)).toContain('broken at entry 5: ')
    expect(said.at(-1)).toContain('[LEAF_MISMATCH]')
    expect(run(lines.with(3, '{').join('\n')).lines.at(-1)).toContain('broken at entry 6: ')
    expect(run(text, '--json').lines.join('')).toContain('"intact": true')
  })

  test('believes no key but the pinned one, and says what it cannot read', () => {
    const stranger = toHex(testSigner(ledger.origin, 'second').publicKey)
    const refused = run(text, '--key', stranger)
    expect([refused.status, refused.lines.at(-1)]).toEqual([1, expect.stringContaining('[BAD_CHECKPOINT]')])
    const unreadable = run(text.replace('"tenant"', '"tenent"'))
    expect([unreadable.status, unreadable.error]).toEqual([2, expect.stringContaining('is not a proof bundle')])
    const kept = run(text, '--checkpoint', join(folder, 'file-0'))
    expect([kept.status, kept.error]).toEqual([2, expect.stringContaining('an export')])
  })
})
