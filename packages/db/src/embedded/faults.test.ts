/** Folders and disks that cannot be started on are refused in one clear sentence each, with real faults. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { resetHome } from './resetHome.ts'
import { explainStartError } from './startError.ts'
import type { PostgresOptions } from './startPostgres.ts'
import { cleanUp, newHome, query, start } from './testHomes.ts'

afterAll(cleanUp)

const isRoot = process.getuid?.() === 0

/** The sentence a start on `home` ends with; fails when it starts after all. */
async function sentenceOf(home: string, options: Partial<PostgresOptions> = {}): Promise<string> {
  try {
    await start({ home, durable: false, ...options })
  } catch (error) {
    return explainStartError(error)
  }
  throw new Error('it started')
}

test('a second instance on the same data', async () => {
  const home = newHome()
  await start({ home, durable: false })
  expect(await sentenceOf(home)).toMatch(/is already in use by a running instance \(process `\d+`\)/)
})

test('a data folder that is half there and never was marked as ours in the making', async () => {
  const home = newHome()
  mkdirSync(join(home, 'pg', 'data', 'base'), { recursive: true })
  expect(await sentenceOf(home)).toBe(
    `\`${home}/pg/data\` is only half initialised: begin anew with \`npm start -- --reset\``,
  )
  expect(existsSync(join(home, 'pg', 'data', 'base'))).toBe(true) // named, not mended
  await resetHome({ home })
  expect((await start({ home, durable: false })).wasFresh).toBe(true)
})

test('a data folder whose making was interrupted is made anew', async () => {
  const home = newHome()
  mkdirSync(join(home, 'pg', 'data', 'base'), { recursive: true })
  writeFileSync(join(home, 'pg', '.initialising'), '')
  expect((await start({ home, durable: false })).wasFresh).toBe(true)
})

test('a data folder of another PostgreSQL', async () => {
  const home = newHome()
  mkdirSync(join(home, 'pg', 'data', 'global'), { recursive: true })
  writeFileSync(join(home, 'pg', 'data', 'global', 'pg_control'), '')
  writeFileSync(join(home, 'pg', 'data', 'PG_VERSION'), '17\n')
  expect(await sentenceOf(home)).toMatch(
    /was written by PostgreSQL 17 and this is PostgreSQL 18: move it away, or begin anew/,
  )
})

test('a data folder whose password is gone', async () => {
  const home = newHome()
  await (await start({ home, durable: false })).stop()
  rmSync(join(home, 'secrets'), { recursive: true })
  expect(await sentenceOf(home)).toMatch(
    /the database's password is missing from `.*\/secrets`: restore that folder, or begin anew/,
  )
})

test('a file where the folder should be', async () => {
  const file = join(newHome(), 'file')
  writeFileSync(file, '')
  expect(await sentenceOf(file)).toBe(
    `\`${file}\` is a file where a folder is needed: move it away, or set another \`MUSTER_HOME\``,
  )
  expect(await sentenceOf(join(file, 'below'))).toMatch(/is a file where a folder is needed/)
})

test('a place where nothing can be made', async () => {
  expect(await sentenceOf('/proc/muster')).toMatch(
    /`\/proc\/muster` (does not exist and cannot be made here|may not be written)/,
  )
})

test('a port that was asked for and is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  expect(await sentenceOf(newHome(), { port })).toBe(
    "the database's port is already taken: free it, or let the system choose one",
  )
  other.close()
})

test.runIf(!isRoot)('a folder without write permission', async () => {
  const home = newHome()
  chmodSync(home, 0o500)
  expect(await sentenceOf(home)).toMatch(/may not be written by this user/)
  chmodSync(home, 0o700)
})

describe.runIf(canMount())('on a file system of its own', () => {
  const mounted: string[] = []
  const mount = (options: string): string => {
    const home = newHome()
    spawnSync('mount', ['-t', 'tmpfs', '-o', `${options},mode=0711`, 'tmpfs', home])
    mounted.push(home)
    return home
  }
  afterEach(async () => {
    for (const home of mounted.splice(0)) spawnSync('umount', ['-l', home])
  })

  test('a read-only folder', async () => {
    const home = mount('ro,size=1m')
    expect(await sentenceOf(home)).toMatch(
      /lies on a read-only file system: set `MUSTER_HOME` to a folder that can be written/,
    )
  })

  test('a disk too full to begin on', async () => {
    expect(await sentenceOf(mount('size=64m'))).toBe(
      'the disk is full: make room (a first start needs about 250 MB), then start again',
    )
  })

  test('a disk that filled up between two starts; and all is well once there is room', async () => {
    const home = mount('size=220m')
    const first = await start({ home, durable: false })
    await query(first.superuserUrl, 'CREATE TABLE kept (id int)')
    await first.stop()
    spawnSync('dd', ['if=/dev/zero', `of=${join(home, 'ballast')}`, 'bs=64k'])
    expect(await sentenceOf(home)).toMatch(/^the disk is full: make room/)
    rmSync(join(home, 'ballast'))
    const again = await start({ home, durable: false })
    expect(await query(again.superuserUrl, 'SELECT * FROM kept')).toEqual([])
    await again.stop()
  })
})

describe.runIf(isRoot)("a home that the database's user may not enter", () => {
  const closed = (): { home: string; stateRoot: string } => {
    const outer = newHome()
    chmodSync(outer, 0o700)
    return { home: join(outer, '.muster'), stateRoot: newHome() }
  }

  test('keeps its data outside and a link to it inside; a reset removes both', async () => {
    const { home, stateRoot } = closed()
    const running = await start({ home, stateRoot, durable: false })
    const target = readlinkSync(join(home, 'pg'))
    expect(target.startsWith(`${stateRoot}/`)).toBe(true)
    expect(await query(running.superuserUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await running.stop()
    const again = await start({ home, stateRoot, durable: false })
    expect(again.wasFresh).toBe(false)
    await again.stop()
    await resetHome({ home, stateRoot })
    expect([existsSync(target), existsSync(join(home, 'pg'))]).toEqual([false, false])
  })

  test('is entered after all when it was given to us empty', async () => {
    const home = newHome()
    chmodSync(home, 0o700)
    const running = await start({ home, stateRoot: newHome(), durable: false })
    expect(running.socketDir).toBe(join(home, 'pg', 'run'))
  })

  test('says so when the outside is gone', async () => {
    const { home, stateRoot } = closed()
    await (await start({ home, stateRoot, durable: false })).stop()
    rmSync(readlinkSync(join(home, 'pg')), { recursive: true })
    expect(await sentenceOf(home, { stateRoot })).toMatch(
      /which is gone: restore it, or begin anew with `npm start -- --reset`/,
    )
  })
})

test('a reset removes only what it knows', async () => {
  const home = newHome()
  await (await start({ home, durable: false })).stop()
  writeFileSync(join(home, 'letter.txt'), 'mine')
  writeFileSync(join(home, 'demo.json'), '{}')
  await resetHome({ home, entries: ['demo.json'] })
  expect(readFileSync(join(home, 'letter.txt'), 'utf8')).toBe('mine')
  expect(['pg', 'secrets', 'demo.json'].filter((name) => existsSync(join(home, name)))).toEqual([])
})

test('a reset is refused while an instance runs', async () => {
  const home = newHome()
  await start({ home, durable: false })
  await expect(resetHome({ home })).rejects.toThrow(/already in use/)
})

/** True when this machine lets us mount a small file system: root, outside of most containers. */
function canMount(): boolean {
  if (!isRoot || process.platform !== 'linux') return false
  const point = newHome()
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', point]).status === 0
  if (isMounted) spawnSync('umount', [point])
  return isMounted
}
