#!/usr/bin/env node
/**
 * `muster`: starts the command line under a Node that runs TypeScript.
 *
 * Plain JavaScript, because it begins under whatever Node the machine has. One
 * older than 22.18 cannot strip types; the Node 24 that npm brought can, so
 * this script hands over to it, with the same arguments, streams and exit code.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = new URL('../src/main.ts', import.meta.url)

/** True from the first Node that strips types without a flag. */
function canRunTypeScript(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 18)
}

/** The Node in the nearest `node_modules` above this file. */
function installedNode() {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', '.bin', 'node')
    if (existsSync(candidate)) return candidate
    if (dirname(at) === at) return null
  }
}

/** Set for the second start: a Node that turns out too old must not start another. */
const handedOver = 'MUSTER_CLI_HANDED_OVER'

if (canRunTypeScript(process.versions.node)) {
  await import(main.href)
} else {
  const node = process.env[handedOver] === undefined ? installedNode() : null
  if (node === null) {
    console.error(
      `muster needs Node 22.18 or newer, this is ${process.versions.node}: run \`npm ci\` first, it brings one`,
    )
    process.exit(2)
  }
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, [handedOver]: '1' },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`muster could not start \`${node}\`: ${error.message}`)
    process.exit(2)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 2)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
