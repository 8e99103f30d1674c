/**
 * `npm start`: from a fresh clone to a running Muster.
 *
 * Begins on the machine's own Node (20 or newer), installs when needed, makes
 * what is generated, and hands over to `muster up` on the Node 24 that npm
 * brings. Arguments are passed on: `npm start -- --reset`.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { checkOwnNode, environment, findNode, root } from './place.mjs'
import { buildConsole, generate } from './prepare.mjs'
import { giveUp } from './sentence.mjs'

/** The signals that mean "stop": passed on, so that `muster up` ends in order. */
const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP']

async function main() {
  checkOwnNode()
  await ensureInstalled()
  const node = findNode()
  generate(node)
  buildConsole(node)
  const program = join(root, 'packages', 'cli', 'src', 'main.ts')
  const child = spawn(node, [program, 'up', ...process.argv.slice(2)], {
    cwd: root,
    env: environment(),
    stdio: 'inherit',
  })
  // From a terminal the child gets SIGINT by itself too: stopping twice is stopping once.
  for (const signal of stopSignals) process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal))
  child.on('error', giveUp)
  child.on('exit', (status, signal) => {
    process.exitCode = status === null ? (signal === 'SIGINT' ? 130 : 143) : status
  })
}

main().catch(giveUp)
