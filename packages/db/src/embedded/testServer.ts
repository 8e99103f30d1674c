/**
 * One PostgreSQL for a whole test run (vitest's global setup).
 *
 * It starts when the first test file asks for a database, so a run of pure
 * cores pays nothing. Workers ask over a unix socket in a folder only we may
 * enter; its path travels in the environment variable they inherit.
 *
 * INVARIANT (nothing left): teardown stops the server and removes its folder,
 * also after failures; when the runner is killed, the watchdog does the first.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { type Server, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningPostgres, startPostgres } from './startPostgres.ts'

/** Names the socket on which the shared server is asked for. */
export const testServerVariable = 'MUSTER_TEST_POSTGRES'

/** What a worker is told: enough to build every URL. */
export interface TestServer {
  home: string
  port: number
}

/** Starts a server for tests in a folder of its own; `release` stops it and removes the folder. */
export async function openTestServer(): Promise<{
  server: RunningPostgres
  home: string
  release: () => Promise<void>
}> {
  const home = mkdtempSync(join(tmpdir(), 'muster-test-'))
  chmodSync(home, 0o711)
  const remove = (): void => rmSync(home, { recursive: true, force: true })
  try {
    const server = await startPostgres({ home, durable: false, settings: { max_connections: '200' } })
    const release = async (): Promise<void> => {
      await server.stop()
      remove()
    }
    return { server, home, release }
  } catch (error) {
    remove()
    throw error
  }
}

/** Vitest's global setup: opens the door, returns the teardown. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-door-'))
  const path = join(folder, 'door')
  let opened: ReturnType<typeof openTestServer> | undefined
  const door: Server = createServer((caller) => {
    caller.on('error', () => caller.destroy())
    opened ??= openTestServer()
    opened.then(
      ({ server, home }) => caller.end(JSON.stringify({ home, port: server.port } satisfies TestServer)),
      (error: unknown) => caller.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) })),
    )
  })
  await new Promise<void>((resolve, reject) => door.once('error', reject).listen(path, resolve))
  process.env[testServerVariable] = path
  return async () => {
    door.close()
    const running = await opened?.catch(() => undefined)
    await running?.release()
    rmSync(folder, { recursive: true, force: true })
  }
}
