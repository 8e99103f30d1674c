/** The threat model names tests; a promise whose test was renamed or removed is no promise. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const page = new URL('../../../../docs/THREAT-MODEL.md', import.meta.url)
const named = [...readFileSync(page, 'utf8').matchAll(/\[([^\]]+)\]\(([^)]+\.test\.ts)\)/g)].map(([, name, path]) => ({
  name: name!,
  file: fileURLToPath(new URL(path!, page)),
}))

test('every test that the threat model names is there', () => {
  expect(named.length).toBeGreaterThan(50)
  // In a source a quote may be escaped.
  const text = (file: string): string => readFileSync(file, 'utf8').replaceAll('\\u2019', '’').replaceAll('\\', '')
  const missing = named.filter(({ name, file }) => !existsSync(file) || !text(file).includes(name))
  expect(missing).toEqual([])
})

test('each of the five acceptance criteria has a test', () => {
  for (const criterion of [1, 2, 3, 4, 5]) {
    expect(named.some(({ name }) => name.startsWith(`acceptance ${criterion}: `))).toBe(true)
  }
})
