/** The embedded database is durable, private, silent about what it stores, and gone when stopped. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRunning, processesIn } from './processInfo.ts'
import type { RunningPostgres } from './startPostgres.ts'
import { cleanUp, newHome, query, start } from './testHomes.ts'

afterAll(cleanUp)

describe('a running database', () => {
  let home: string
  let running: RunningPostgres
  beforeAll(async () => {
    home = newHome()
    running = await start({ home })
  })

  test('commits to disk before it answers, with checksums on what it reads', async () => {
    const names = ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'password_encryption']
    const rows = await query(running.superuserUrl, 'SELECT name, setting FROM pg_settings WHERE name = ANY($1)', [
      names,
    ])
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      password_encryption: 'scram-sha-256',
    })
  })

  test('listens on this machine alone', async () => {
    expect(await query(running.superuserUrl, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
  })

  test('lets nobody in without the password, neither by port nor by socket', async () => {
    const withPassword = new URL(running.superuserUrl)
    const wrong = new URL(running.superuserUrl)
    wrong.password = 'guessed'
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
    const socket = (password: string): string =>
      `postgres://postgres:${password}@/muster?host=${encodeURIComponent(running.socketDir ?? '')}&port=${running.port}`
    await expect(query(socket('guessed'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
    expect(await query(socket(withPassword.password), 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('keeps each password in a file that only we may read', () => {
    running.password('muster_guard')
    for (const name of readdirSync(join(home, 'secrets'))) {
      expect(statSync(join(home, 'secrets', name)).mode & 0o777).toBe(0o600)
    }
    expect(statSync(join(home, 'secrets')).mode & 0o777).toBe(0o700)
    expect(running.url('muster_guard')).toContain(
      readFileSync(join(home, 'secrets', 'postgres-muster_guard'), 'utf8').trim(),
    )
  })

  test('writes no value into its log, whatever goes wrong', async () => {
    const canary = 'canary-5f1d0c'
    await query(running.superuserUrl, 'CREATE TABLE person (name text PRIMARY KEY, born date)')
    await query(running.superuserUrl, 'INSERT INTO person VALUES ($1, now())', [canary])
    const failures: [string, unknown[]][] = [
      ['INSERT INTO person VALUES ($1, now())', [canary]],
      ['SELECT $1::uuid', [canary]],
      ['SELECT $1::jsonb', [`{"name": ${canary}}`]],
      [`SELECT '${canary}'::int`, []],
      [`SELECT ${canary}`, []],
      [`DO $$ BEGIN RAISE WARNING '${canary}'; RAISE EXCEPTION '${canary}'; END $$`, []],
    ]
    for (const [sql, values] of failures) await expect(query(running.superuserUrl, sql, values)).rejects.toThrow()
    const folder = join(home, 'pg', 'log')
    const log = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n')
    expect(log).toContain('ready to accept connections')
    expect(log).not.toContain(canary)
  })

  test('leaves nothing running and its data whole when stopped, and starts on it again', async () => {
    await query(running.superuserUrl, 'CREATE TABLE kept (id int)')
    await running.stop()
    await running.stop()
    expect(isRunning(running.pid)).toBe(false)
    expect(processesIn(join(home, 'pg', 'data'))).toEqual([])
    expect(existsSync(join(home, 'instance.lock'))).toBe(false)
    const again = await start({ home })
    expect([running.wasFresh, again.wasFresh]).toEqual([true, false])
    expect(await query(again.superuserUrl, 'SELECT * FROM kept')).toEqual([])
  })
})

test('comes back on the port it is asked to', async () => {
  const home = newHome()
  const first = await start({ home, durable: false })
  await first.stop()
  const second = await start({ home, durable: false, port: first.port })
  expect(second.port).toBe(first.port)
})

test('runs without a socket where its path would be too long for one', async () => {
  const running = await start({ home: join(newHome(), 'a'.repeat(90)), durable: false })
  expect(running.socketDir).toBeUndefined()
  expect(await query(running.superuserUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})
