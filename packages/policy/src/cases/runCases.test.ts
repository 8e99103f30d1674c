/** Runs every case file, and shows that a broken case is not a passing one. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseCaseFile } from './caseFile.ts'
import { BrokenCase } from './overlay.ts'
import { runCases } from './runCases.ts'

const folder = new URL('../../cases/', import.meta.url)

for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
  describe(`cases/${file}`, () => {
    for (const outcome of runCases(parseCaseFile(readFileSync(new URL(file, folder), 'utf8')))) {
      it(outcome.name, () => expect(outcome.differences).toEqual([]))
    }
  })
}

describe('a broken case', () => {
  const run = (text: string): unknown => [...runCases(parseCaseFile(text))]

  it('is refused when it names an unknown fact', () => {
    const text = 'kind: decision\ncases: [{ name: n, with: { agent: { statuss: FROZEN } }, expect: { outcome: DENY } }]'
    expect(() => run(text)).toThrow(BrokenCase)
  })
  it('is refused when it uses an unknown word', () => {
    const text = 'kind: decision\ncases: [{ name: n, with: { agent: { status: FROZN } }, expect: { outcome: DENY } }]'
    expect(() => run(text)).toThrow(BrokenCase)
  })
  it('is refused when it expects something no answer has', () => {
    expect(() => run('kind: decision\ncases: [{ name: n, expect: { outcom: DENY } }]')).toThrow(BrokenCase)
  })
  it('is refused when it expects nothing', () => {
    expect(() => run('kind: decision\ncases: [{ name: n }]')).toThrow(BrokenCase)
  })
  it('is refused when a value is of another kind', () => {
    const text = 'kind: decision\ncases: [{ name: n, with: { request: { tool: 7 } }, expect: { outcome: DENY } }]'
    expect(() => run(text)).toThrow(BrokenCase)
  })
  it('reports what differs', () => {
    const text = 'kind: decision\ncases: [{ name: n, expect: { outcome: DENY } }]'
    expect(run(text)).toEqual([{ name: 'n', ok: false, differences: ['outcome: expected "DENY", got "ALLOW"'] }])
  })
})
