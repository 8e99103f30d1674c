/**
 * Peers and platform run as processes of their own: the load has its own too.
 * A child says one line of JSON when it is ready, and ends on SIGTERM.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Child<Ready> {
  ready: Ready
  stop(): Promise<void>
}

/** Starts `bench/src/<script>` on this Node and waits for its line. */
export async function startChild<Ready>(script: string, args: readonly string[] = []): Promise<Child<Ready>> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, APOLLO_TELEMETRY_DISABLED: '1' },
  })
  const ended = new Promise<never>((_, reject) =>
    child.once('exit', (code) => reject(new Error(`\`${script}\` ended with ${code} before it was ready`))),
  )
  ended.catch(() => {})
  const line = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      if (text.startsWith('{')) resolve(text)
    })
  })
  const ready = JSON.parse(await Promise.race([line, ended])) as Ready
  return {
    ready,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve()
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}

/** For a child: says it is ready and waits to be stopped. */
export async function serveUntilStopped(ready: object, stop: () => Promise<unknown>): Promise<never> {
  console.log(JSON.stringify(ready))
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  await stop()
  process.exit(0)
}
