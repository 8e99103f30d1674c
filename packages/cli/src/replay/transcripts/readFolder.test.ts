/**
 * A folder of any depth: everything in it is read or named.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CannotAsk } from '../../command.ts'
import { readFolder } from './readFolder.ts'

let folder: string
const run = JSON.stringify([{ role: 'user', content: 'hi' }])

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-replay-folder-'))
  mkdirSync(join(folder, 'b/deep/er'), { recursive: true })
  mkdirSync(join(folder, 'odd.json'))
  writeFileSync(join(folder, 'b/deep/er/run.json'), run)
  writeFileSync(join(folder, 'b/RUN.JSON'), run)
  writeFileSync(join(folder, 'a.jsonl'), run)
  writeFileSync(join(folder, 'notes.txt'), 'no transcript, and not looked at')
  writeFileSync(join(folder, 'b/package.json'), '{"name": "foreign"}')
  writeFileSync(join(folder, 'odd.json/broken.json'), '{')
  symlinkSync(join(folder, 'a.jsonl'), join(folder, 'link.json'))
  symlinkSync(folder, join(folder, 'b/circle'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('reads what is there in the order of its paths and names the rest', async () => {
  const { transcripts, skipped } = await readFolder(folder)
  expect(transcripts.map(({ path }) => path)).toEqual(['a.jsonl', 'b/RUN.JSON', 'b/deep/er/run.json'])
  expect(skipped.map(({ place }) => place)).toEqual(['b/package.json', 'link.json', 'odd.json/broken.json'])
})

test('follows no link, so that no circle is walked', async () => {
  const { transcripts } = await readFolder(join(folder, 'b'))
  expect(transcripts.map(({ path }) => path)).toEqual(['RUN.JSON', 'deep/er/run.json'])
})

test('says when there is no such folder', async () => {
  await expect(readFolder(join(folder, 'none'))).rejects.toThrow(CannotAsk)
  await expect(readFolder(join(folder, 'a.jsonl'))).rejects.toThrow(/is not a folder/)
})
