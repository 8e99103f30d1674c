/** Every cause that keeps the platform from starting is one sentence: what, where, what mends it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { StartError, explainStartError } from './startError.ts'
import { cleanUp, newHome } from './testHomes.ts'

afterAll(cleanUp)

const isOneSentence = (text: string): boolean => !text.includes('\n') && !text.endsWith('.') && /^[a-z`]/.test(text)

test('a taken port is named', async () => {
  const first = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => first.once('listening', resolve))
  const { port } = first.address() as { port: number }
  const error = await new Promise<Error>((resolve) => createServer().once('error', resolve).listen(port, '127.0.0.1'))
  first.close()
  expect(explainStartError(error)).toBe(
    `port \`${port}\` is already taken: stop what listens there, or start with another one, e.g. \`PORT=4100 npm start\``,
  )
})

test('a file where a folder is needed is named', () => {
  const file = join(newHome(), 'file')
  writeFileSync(file, '')
  const attempt = (): void => void mkdirSync(join(file, 'pg'), { recursive: true })
  expect(attempt).toThrow()
  try {
    attempt()
  } catch (error) {
    expect(explainStartError(error)).toMatch(
      /is a file where a folder is needed: move it away, or set another `MUSTER_HOME`/,
    )
  }
})

test.each([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EAGAIN',
  'ENOENT',
  'ELOOP',
  'ENAMETOOLONG',
  'EADDRNOTAVAIL',
  '53100',
  '53300',
])('an error with code %s is one sentence with what mends it', (code) => {
  const sentence = explainStartError(Object.assign(new Error('system words'), { code, path: '/data/muster' }))
  expect(sentence).not.toContain('system words')
  expect(isOneSentence(sentence)).toBe(true)
})

test.each([
  ['FATAL:  could not write lock file "postmaster.pid": No space left on device', /^the disk is full/],
  ['initdb: error: could not create directory "x": Read-only file system', /read-only file system/],
  ['could not open file "x": Permission denied', /may not be written/],
])('what PostgreSQL says is understood: %s', (words, sentence) => {
  expect(explainStartError(new Error(words))).toMatch(sentence)
})

test('an error of ours is the sentence itself, and an unknown one keeps its own words', () => {
  expect(explainStartError(new StartError('the moon is full'))).toBe('the moon is full')
  expect(explainStartError(new Error('something odd\nwith a second line'))).toBe('the start failed: something odd')
  expect(explainStartError('text')).toBe('the start failed: text')
})
