/** One holder at a time, and a dead one never in the way. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { acquireInstanceLock } from './instanceLock.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'muster-lock-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

test('refuses a second instance in one sentence that says what to do', () => {
  const lock = acquireInstanceLock(home)
  expect(() => acquireInstanceLock(home)).toThrow(
    `\`${home}\` is already in use by a running instance (process \`${process.pid}\`): stop that one, or set another \`MUSTER_HOME\` and \`PORT\``,
  )
  lock.release()
  acquireInstanceLock(home).release()
})

test.each([
  ['of a process that is gone', JSON.stringify({ pid: 4_194_303, began: 'boot/1' })],
  ['of a process whose id is in use again', JSON.stringify({ pid: process.pid, began: 'boot/1' })],
  ['that is torn', '{"pid": 12'],
  ['that is empty', ''],
])('takes over a lock %s', (_, content) => {
  writeFileSync(join(home, 'instance.lock'), content)
  const lock = acquireInstanceLock(home)
  expect(() => acquireInstanceLock(home)).toThrow(/already in use/)
  lock.release()
})

test('a released lock is not released again from under the next holder', () => {
  const first = acquireInstanceLock(home)
  first.release()
  writeFileSync(join(home, 'instance.lock'), JSON.stringify({ pid: 1, began: 'another' }))
  first.release()
  expect(() => first.release()).not.toThrow()
})
