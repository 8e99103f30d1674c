/**
 * `muster up` as a process of its own, for tests that hurt it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import type { SeededTenant } from '../../../../prisma/seed/seedCompany.ts'

const program = fileURLToPath(new URL('../main.ts', import.meta.url))

export interface Running {
  readonly child: ChildProcess
  readonly url: string
  readonly tenants: readonly SeededTenant[]
  /** One request to the public door; never throws for a status. */
  post(
    path: string,
    body: string | Buffer,
    headers?: Record<string, string>,
  ): Promise<{ status: number; text: string; headers: Record<string, unknown> }>
  graphql<T = any>(
    key: string,
    query: string,
    variables?: unknown,
  ): Promise<{ status: number; data: T; errors?: { message: string; extensions: Record<string, unknown> }[] }>
  /** SIGKILL: nothing is told, nothing is closed. */
  kill(): Promise<void>
  /** SIGTERM: as Ctrl-C does. Resolves to the exit code. */
  stop(): Promise<number | null>
}

/** Starts on `home` and waits until it says that it is ready. */
export async function startMuster(home: string, env: Record<string, string> = {}): Promise<Running> {
  const child = spawn(process.execPath, [program, 'up', '--home', home, '--port', '0', '--demo', 'small'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const said: string[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said.push(line)
      if (line.includes('Muster is ready')) resolve()
    })
  })
  const first = await Promise.race([ready.then(() => 'ready' as const), exited])
  if (first !== 'ready') throw new Error(`muster up ended with ${first} before it was ready:\n${said.join('\n')}`)
  const { url, tenants } = JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8')) as {
    url: string
    tenants: SeededTenant[]
  }
  const pool = new Pool(url, { connections: 32 })

  const post: Running['post'] = async (path, body, headers = {}) => {
    const answer = await pool.request({
      path,
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })
    return { status: answer.statusCode, text: await answer.body.text(), headers: answer.headers }
  }
  return {
    child,
    url,
    tenants,
    post,
    async graphql(key, query, variables) {
      const { status, text } = await post('/graphql', JSON.stringify({ query, variables }), {
        authorization: `Bearer ${key}`,
      })
      return { status, ...JSON.parse(text) }
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
      await pool.destroy()
    },
    async stop() {
      await pool.destroy()
      child.kill('SIGTERM')
      return exited
    },
  }
}

export const authorize = `mutation ($input: AuthorizeActionInput!) { authorizeAction(input: $input) { __typename
  ... on ActionDecided { decision { id outcome reasonCode receipt { id seq } } permit { token } } ... on Refusal { code message } } }`
