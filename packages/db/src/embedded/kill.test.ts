/** Whatever is killed, and however: the next start has every committed row and no leftover process. */
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { commandOf, isRunning, processesIn, signalProcess, waitUntil } from './processInfo.ts'
import { cleanUp, newHome, query, start, startParent } from './testHomes.ts'

afterAll(cleanUp)

/** The watchdog of postmaster `pid`: the one process whose command line ends with its id. */
const watchdogOf = (pid: number): number | undefined =>
  processesIn('/').find((candidate) => commandOf(candidate).endsWith(`watchdog ${pid}`))

async function writeRow(url: string): Promise<void> {
  await query(url, 'CREATE TABLE IF NOT EXISTS kept (id int)')
  await query(url, 'INSERT INTO kept VALUES (1)')
}

const rowsAfter = async (home: string): Promise<unknown[]> => {
  const running = await start({ home })
  return query(running.superuserUrl, 'SELECT id FROM kept')
}

test('a killed parent takes its database with it, and loses no committed row', async () => {
  const home = newHome()
  const { parent, pid, url } = await startParent(home)
  await writeRow(url)
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  expect(await waitUntil(() => !isRunning(pid), 10_000)).toBe(true)
  expect(await rowsAfter(home)).toEqual([{ id: 1 }])
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'a parent ended by %s takes its database with it',
  async (signal) => {
    const home = newHome()
    const { parent, pid } = await startParent(home)
    parent.kill(signal)
    await once(parent, 'exit')
    expect(await waitUntil(() => !isRunning(pid), 10_000)).toBe(true)
    expect(processesIn(join(home, 'pg', 'data'))).toEqual([])
  },
)

test('a database orphaned by killing parent and watchdog is stopped, not adopted, by the next start', async () => {
  const home = newHome()
  const { parent, pid, url } = await startParent(home)
  await writeRow(url)
  const watchdog = watchdogOf(pid)
  expect(watchdog).toBeDefined()
  signalProcess(watchdog ?? 0, 'SIGKILL')
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  expect(isRunning(pid)).toBe(true)
  const lines: string[] = []
  const running = await start({ home, onLog: (line) => lines.push(line) })
  expect(lines).toEqual([`a database left by an instance that was killed still runs (process ${pid}): stopping it`])
  expect(running.pid).not.toBe(pid)
  expect(await query(running.superuserUrl, 'SELECT id FROM kept')).toEqual([{ id: 1 }])
})

test('a killed database recovers from its log, past the `postmaster.pid` it left', async () => {
  const home = newHome()
  const { parent, pid, url } = await startParent(home)
  await writeRow(url)
  signalProcess(pid, 'SIGKILL')
  expect(await waitUntil(() => !isRunning(pid), 5_000)).toBe(true)
  expect(existsSync(join(home, 'pg', 'data', 'postmaster.pid'))).toBe(true)
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  expect(await rowsAfter(home)).toEqual([{ id: 1 }])
})

test('a parent killed while the data folder is made leaves one that is made anew', async () => {
  const home = newHome()
  const marker = join(home, 'pg', '.initialising')
  const starting = startParent(home)
  void starting.catch(() => {}) // it is killed before it can answer
  expect(await waitUntil(() => existsSync(marker) && processesIn(join(home, 'pg', 'data')).length > 0, 20_000)).toBe(
    true,
  )
  const holder = JSON.parse(readFileSync(join(home, 'instance.lock'), 'utf8')) as { pid: number }
  signalProcess(holder.pid, 'SIGKILL')
  expect(await waitUntil(() => !isRunning(holder.pid), 5_000)).toBe(true)
  expect(existsSync(marker)).toBe(true)
  const running = await start({ home })
  expect(running.wasFresh).toBe(true)
  expect(existsSync(marker)).toBe(false)
  expect(await query(running.superuserUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})
