/**
 * Where credentials come from, and the journal that makes a second replay the
 * same as the first.
 */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CannotAsk } from '../../command.ts'
import { findAccess, type Wanted } from './access.ts'
import { Journal } from './journal.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'muster-replay-home-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const person = (email: string, role: string) => ({ email, password: 'p', roles: [{ role, scope: 'tenant' }] })
const demo = {
  url: 'http://localhost:4711',
  tenants: [
    {
      id: '1',
      slug: 'northwind',
      apiKeys: { admin: 'admin-key', integrator: 'integrator-key', readonly: 'r' },
      users: [person('ada@n.example', 'tenant-admin'), person('olga@n.example', 'owner')],
      agents: [],
    },
    { id: '2', slug: 'tailspin', apiKeys: { admin: 'other' }, users: [], agents: [] },
  ],
}
const want = (more: Partial<Wanted> = {}): Wanted => ({
  home,
  url: null,
  key: null,
  tenant: null,
  owner: null,
  ...more,
})
const writeDemo = (value: unknown): void => writeFileSync(join(home, 'demo.json'), JSON.stringify(value))

describe('access', () => {
  test('is the integrator’s of the first tenant, with an owner who approves nothing', async () => {
    writeDemo(demo)
    expect(await findAccess(want())).toMatchObject({
      url: demo.url,
      key: 'integrator-key',
      ownerEmail: 'olga@n.example',
    })
  })
  test('is what was asked for', async () => {
    writeDemo(demo)
    expect(await findAccess(want({ tenant: 'tailspin', url: 'http://x:1', owner: 'o@x.example' }))).toMatchObject({
      url: 'http://x:1',
      key: 'other',
      ownerEmail: 'o@x.example',
    })
    await expect(findAccess(want({ tenant: 'nobody' }))).rejects.toThrow(CannotAsk)
  })
  test('needs a key from somewhere', async () => {
    await expect(findAccess(want())).rejects.toThrow(/`--key`/)
    expect(await findAccess(want({ key: 'k' }))).toMatchObject({ url: 'http://localhost:4000', key: 'k', people: [] })
  })
  test('never repeats what stands in a file it cannot read', async () => {
    for (const text of [
      '{"url":"secret-1"',
      '{"url":7,"tenants":"secret-1"}',
      '{"url":"u","tenants":[{"slug":"secret-1"}]}',
    ]) {
      writeFileSync(join(home, 'demo.json'), text)
      const error = await findAccess(want()).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(CannotAsk)
      expect(String(error)).not.toContain('secret-1')
    }
  })
})

describe('the journal', () => {
  const open = (isFresh = false, origin = 'muster.log/a', key = 'key') => Journal.open(home, origin, key, isFresh)
  const file = (): string => join(home, 'replay', readdirSync(join(home, 'replay'))[0]!)

  test('gives a run its session again, under the same id', async () => {
    const first = await open()
    await Promise.all([first.remember('r1', 's1'), first.remember('r2', 's2')])
    const second = await open()
    expect([second.id, second.sessionOf('r1'), second.sessionOf('r2'), second.sessionOf('r3')]).toEqual([
      first.id,
      's1',
      's2',
      null,
    ])
  })
  test('believes the last session of a run', async () => {
    await (await open()).remember('r1', 's1')
    await (await open()).remember('r1', 's2')
    expect((await open()).sessionOf('r1')).toBe('s2')
  })
  test('is another one for another ledger, another key, or when begun anew', async () => {
    const { id } = await open()
    expect((await open(false, 'muster.log/b')).id).not.toBe(id)
    expect((await open(false, 'muster.log/a', 'key 2')).id).not.toBe(id)
    expect((await open(true)).id).not.toBe(id)
  })
  test('survives a line that was cut off, and what is written after it', async () => {
    const first = await open()
    await first.remember('r1', 's1')
    appendFileSync(file(), '{"run":"r2","ses')
    await (await open()).remember('r3', 's3')
    const last = await open()
    expect([last.id, last.sessionOf('r1'), last.sessionOf('r2'), last.sessionOf('r3')]).toEqual([
      first.id,
      's1',
      null,
      's3',
    ])
  })
  test('is for its owner’s eyes, and does not hold the key', async () => {
    await (await open(false, 'muster.log/a', 'sk-canary')).remember('r', 's')
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(readFileSync(file(), 'utf8') + file()).not.toContain('sk-canary')
  })
  test('says when it cannot be kept', async () => {
    writeFileSync(join(home, 'replay'), '')
    await expect(open()).rejects.toThrow(CannotAsk)
  })
})
