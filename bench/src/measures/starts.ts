/**
 * (f) Cold start (nothing there) and warm start (data there) of the embedded
 * form, without the installation; beside PostgreSQL's own.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '@muster/db/embedded'

export interface StartFigures {
  /** Milliseconds from the command to the ready line. */
  coldMs: number
  warmMs: number
  /** PostgreSQL alone: initdb and start, and start on data that is there. */
  postgresColdMs: number
  postgresWarmMs: number
}

const program = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url))

export async function measureStarts(): Promise<StartFigures> {
  const homes = [mkdtempSync(join(tmpdir(), 'muster-bench-')), mkdtempSync(join(tmpdir(), 'muster-bench-'))]
  try {
    const coldMs = await untilReady(homes[0]!)
    const warmMs = await untilReady(homes[0]!)
    const postgresColdMs = await postgresStart(homes[1]!)
    const postgresWarmMs = await postgresStart(homes[1]!)
    return { coldMs, warmMs, postgresColdMs, postgresWarmMs }
  } finally {
    for (const home of homes) rmSync(home, { recursive: true, force: true })
  }
}

function untilReady(home: string): Promise<number> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [program, 'up', '--home', home, '--port', '0', '--demo', 'small'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let readyMs: number | undefined
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (readyMs !== undefined || !line.includes('Muster is ready')) return
      readyMs = performance.now() - startedAt
      child.kill('SIGTERM')
    })
    child.once('exit', (code) =>
      readyMs === undefined ? reject(new Error(`muster up ended with ${code} before it was ready`)) : resolve(readyMs),
    )
  })
}

async function postgresStart(home: string): Promise<number> {
  const startedAt = performance.now()
  const postgres = await startPostgres({ home })
  const tookMs = performance.now() - startedAt
  await postgres.stop()
  return tookMs
}
