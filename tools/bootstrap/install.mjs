/**
 * Brings `node_modules` to what `package-lock.json` says, when it is not there already.
 *
 * npm writes `node_modules/.package-lock.json` last, after everything is in
 * place: compared with `package-lock.json` it tells a complete install from an
 * interrupted, an outdated or an absent one. Two starts at once do not race:
 * one installs, the other waits.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, root } from './place.mjs'
import { Sentence, sentenceFor } from './sentence.mjs'

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** True when every package of the lock file that belongs on this machine is installed in its version. */
export function isInstalled() {
  const hidden = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(hidden)) return false
  const wanted = readJson(join(root, 'package-lock.json')).packages
  const there = readJson(hidden).packages
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || !path.includes('node_modules/')) return true // ourselves and the workspaces
    const found = there[path]
    // Left out on purpose: another platform's programs, and what only optional peers want.
    if (found === undefined) return entry.optional === true || entry.devOptional === true || entry.peer === true
    return found.version === entry.version && found.link === entry.link && existsSync(join(root, path))
  })
}

/** Installs when needed; throws a `Sentence` when it cannot be done. */
export async function ensureInstalled() {
  if (isInstalled()) return
  await underLock(async () => {
    if (isInstalled()) return // somebody else just did it
    console.log('muster: installing packages as `package-lock.json` names them (a minute or two, once)')
    const began = Date.now()
    await npmCi()
    if (!isInstalled())
      throw new Sentence(
        '`npm ci` ended well and packages are missing all the same: run `npm ci` by hand and read what it says',
      )
    console.log(`muster: packages installed (${Math.round((Date.now() - began) / 1000)} s)`)
  })
}

function npmCi() {
  const npm = process.env.npm_execpath
  const [program, ...first] = npm !== undefined && /npm-cli\.[cm]?js$/.test(npm) ? [process.execPath, npm] : ['npm']
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional']
  const env = environment()
  delete env.NODE_ENV // development packages run the product and its tests
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...first, ...flags], { cwd: root, env, stdio: ['ignore', 'inherit', 'pipe'] })
    const began = Date.now()
    const clock = setInterval(() => console.log(`muster:   … ${Math.round((Date.now() - began) / 1000)} s`), 15_000)
    let words = ''
    child.stderr.on('data', (chunk) => (words += chunk))
    child.on('error', (error) => {
      clearInterval(clock)
      const absent = 'npm was not found: install it together with Node 20 or newer, then run it again'
      reject(error.code === 'ENOENT' ? new Sentence(absent) : new Error(error.message, { cause: error }))
    })
    child.on('close', (status) => {
      clearInterval(clock)
      if (status === 0) return resolve()
      const last = words.trim().split('\n').slice(-6).join('\n')
      reject(new Sentence(sentenceFor(words) || `the install failed; npm said:\n${last}`))
    })
  })
}

/** Runs `work` while no other start installs into the same folder. */
async function underLock(work) {
  const lock = join(root, '.tmp', 'install.lock')
  // Not `recursive`: on a read-only file system Node then speaks of a missing folder.
  try {
    mkdirSync(join(root, '.tmp'))
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  for (let told = false; ;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = holderOf(lock)
    if (holder === undefined) {
      rmSync(lock, { recursive: true, force: true })
      continue
    }
    if (!told) console.log(`muster: another install runs in this folder (process ${holder}): waiting for it`)
    told = true
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  try {
    writeFileSync(join(lock, 'pid'), String(process.pid))
    await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/** The living process that holds `lock`; undefined when it died without letting go. */
function holderOf(lock) {
  const path = join(lock, 'pid')
  const since = Date.now()
  // Between making the folder and naming itself a holder has no id yet.
  while (!existsSync(path) && Date.now() - since < 2_000 && existsSync(lock))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    process.kill(pid, 0)
    return pid
  } catch (error) {
    return error.code === 'EPERM' ? 'of another user' : undefined
  }
}
