/**
 * The first script on a fresh machine: it installs what the lock file names,
 * hands over, passes signals and exit codes on, and says in one sentence what
 * keeps it from doing so. Run for real, on a project with nothing in it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { projectRoot } from './project.ts'

const made: string[] = []
const running: ChildProcess[] = []
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

const product = { name: 'product', version: '1.0.0' }

/** A project with our bootstrap, one workspace of its own, and a product that does what `main` says. */
function newProject(
  main = '',
  dependencies: Record<string, string> = {},
  locked: Record<string, unknown> = {},
): string {
  const root = mkdtempSync(join(tmpdir(), 'muster-bootstrap-'))
  made.push(root)
  const put = (path: string, content: unknown): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  const project = { name: 'empty', workspaces: ['packages/*'], dependencies }
  const links = { 'packages/cli': product, 'node_modules/product': { resolved: 'packages/cli', link: true } }
  put('package.json', project)
  put('package-lock.json', { lockfileVersion: 3, requires: true, packages: { '': project, ...links, ...locked } })
  put('packages/cli/package.json', product)
  put('packages/cli/src/main.ts', main)
  put('tools/src/codegen/run.ts', '')
  cpSync(join(projectRoot, 'tools', 'bootstrap'), join(root, 'tools', 'bootstrap'), { recursive: true })
  return root
}

interface Run {
  readonly child: ChildProcess
  /** Everything written so far. */
  output(): string
  readonly ended: Promise<{ status: number | null; output: string }>
}

function start(root: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, [join(root, 'tools', 'bootstrap', 'start.mjs'), ...args], {
    env: { ...process.env, npm_execpath: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  let seen = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (seen += chunk.toString('utf8')))
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, output: seen }))
  return { child, output: () => seen, ended }
}

describe('npm start', () => {
  test('installs once, then hands its arguments to `muster up` and passes its exit code on', async () => {
    const root = newProject('console.log(process.argv.slice(2).join(" ")); process.exitCode = 7')
    const first = await start(root, ['--reset']).ended
    expect(first.status).toBe(7)
    expect(first.output).toMatch(/installing packages[\s\S]*packages installed[\s\S]*\nup --reset\n/)
    expect(await start(root).ended).toEqual({ status: 7, output: 'up\n' })
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('passes %s on and ends when the product has ended', async (signal) => {
    const root = newProject(
      `for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => { console.log('stopped by ' + name); process.exit(0) })
       console.log('ready'); setInterval(() => {}, 1000)`,
    )
    const run = start(root)
    await expect.poll(run.output, { timeout: 20_000 }).toContain('ready')
    run.child.kill(signal)
    const { status, output } = await run.ended
    expect(output).toContain(`stopped by ${signal}`)
    expect(status).toBe(0)
  })

  test('takes over from an install that was killed', async () => {
    const root = newProject('console.log("ran")')
    mkdirSync(join(root, '.tmp', 'install.lock'), { recursive: true })
    writeFileSync(join(root, '.tmp', 'install.lock', 'pid'), '4194303')
    expect((await start(root).ended).output).toMatch(/packages installed[\s\S]*ran/)
    expect(existsSync(join(root, '.tmp', 'install.lock'))).toBe(false)
  })

  test('waits for an install that runs', async () => {
    const root = newProject('console.log("ran")')
    const lock = join(root, '.tmp', 'install.lock')
    mkdirSync(lock, { recursive: true })
    writeFileSync(join(lock, 'pid'), String(process.pid))
    const run = start(root)
    await expect.poll(run.output, { timeout: 20_000 }).toContain('another install runs')
    rmSync(lock, { recursive: true })
    expect((await run.ended).output).toMatch(
      /another install runs in this folder \(process \d+\): waiting for it[\s\S]*ran/,
    )
  })
})

describe('npm start says in one sentence', () => {
  test('that `package.json` has no lock file that agrees with it', async () => {
    const root = newProject()
    rmSync(join(root, 'package-lock.json'))
    const env = {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      npm_config_cache: join(root, 'cache'),
    }
    const { status, output } = await start(root, [], env).ended
    expect(status).toBe(1)
    expect(output.trim().split('\n').at(-1)).toBe(
      'muster: `package.json` and `package-lock.json` disagree: restore both with `git checkout package.json package-lock.json`, or run `npm install`',
    )
  })

  test('that the registry cannot be reached', async () => {
    const gone = { version: '1.0.0', integrity: `sha512-${Buffer.alloc(64).toString('base64')}` }
    const root = newProject('', { gone: '1.0.0' }, { 'node_modules/gone': gone })
    const env = {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      npm_config_cache: join(root, 'cache'),
    }
    const { status, output } = await start(root, [], env).ended
    expect(status).toBe(1)
    expect(output.trim().split('\n').at(-1)).toBe(
      'muster: the package registry cannot be reached: check the connection (`npm ping`), then run it again',
    )
  })

  test('that npm is missing', async () => {
    const { status, output } = await start(newProject(), [], { PATH: '/nowhere' }).ended
    expect(status).toBe(1)
    expect(output).toMatch(/npm was not found: install it together with Node 20 or newer, then run it again\n$/)
  })

  test.runIf(canMount())('that the folder is read-only, or the disk full', async () => {
    for (const [options, sentence] of [
      ['size=4m', /the disk is full: make room/],
      ['ro', /lies on a read-only file system: clone the project where it can be written/],
    ] as const) {
      const root = newProject()
      const there = mkdtempSync(join(tmpdir(), 'muster-bootstrap-'))
      made.push(there)
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', there])
      try {
        cpSync(root, there, { recursive: true })
        if (options === 'ro') spawnSync('mount', ['-o', 'remount,ro', there])
        else spawnSync('dd', ['if=/dev/zero', `of=${join(there, 'ballast')}`, 'bs=4k'])
        const { status, output } = await start(there).ended
        expect(status).toBe(1)
        expect(output.trim().split('\n').at(-1)).toMatch(sentence)
      } finally {
        spawnSync('umount', ['-l', there])
      }
    }
  })
})

/** True when this machine lets us mount a small file system. */
function canMount(): boolean {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return false
  const point = mkdtempSync(join(tmpdir(), 'muster-mount-'))
  made.push(point)
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', point]).status === 0
  if (isMounted) spawnSync('umount', [point])
  return isMounted
}
