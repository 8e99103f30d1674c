/**
 * Starts Muster as anybody would, on a free port with a home of its own, and
 * stops it at the end. `MUSTER_E2E_DEMO` names the `demo.json` of one that is
 * running already, for working on a journey.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { demoVariable } from './demo.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const node = join(root, 'node_modules', '.bin', 'node')
const startLimitMs = 240_000
const stopLimitMs = 10_000
const lookEveryMs = 150

export default async function start(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[demoVariable] !== undefined) return undefined
  buildConsole()
  const home = mkdtempSync(join(tmpdir(), 'muster-e2e-'))
  const port = await freePort()
  const args = ['packages/cli/src/main.ts', 'up', '--home', home, '--port', String(port)]
  const platform = spawn(node, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  platform.stdout.on('data', (text: Buffer) => (said += text.toString()))
  platform.stderr.on('data', (text: Buffer) => (said += text.toString()))
  const demo = join(home, 'demo.json')
  const stop = async (): Promise<void> => {
    await end(platform)
    rmSync(home, { recursive: true, force: true })
  }
  try {
    await ready(platform, demo, () => said)
  } catch (error) {
    await stop()
    throw error
  }
  process.env[demoVariable] = demo
  return stop
}

function buildConsole(): void {
  if (existsSync(join(root, 'web', 'dist', 'index.html'))) return
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const { status, stderr } = spawnSync(node, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'web'),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the console could not be built:\n${stderr}`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

/** `demo.json` is written last: the platform answers once it is there. */
async function ready(platform: ChildProcess, demo: string, said: () => string): Promise<void> {
  const until = Date.now() + startLimitMs
  while (!existsSync(demo)) {
    if (platform.exitCode !== null) throw new Error(`muster ended before it was ready:\n${said()}`)
    if (Date.now() > until) throw new Error(`muster was not ready within ${startLimitMs / 1000} s:\n${said()}`)
    await pause(lookEveryMs)
  }
}

async function end(platform: ChildProcess): Promise<void> {
  if (platform.exitCode !== null) return
  const ended = once(platform, 'exit')
  platform.kill('SIGINT')
  await Promise.race([ended, pause(stopLimitMs)])
  if (platform.exitCode === null) platform.kill('SIGKILL')
}
