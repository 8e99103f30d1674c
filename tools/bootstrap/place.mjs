/**
 * Where we are and what runs here: the project's root, the Node that npm
 * brings, and the environment every child process gets.
 */
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Sentence } from './sentence.mjs'

/** Absolute path of the repository, without a closing slash. */
export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '')

/** The Node that strips types natively and that the product is tested with. */
const nodeMajor = 24
/** The oldest Node (and the npm it comes with) that can install the project. */
const bootstrapMajor = 20

const majorOf = (version) => Number(version.replace(/^v/, '').split('.')[0])

/** Ends with a sentence when this very Node is too old to install anything. */
export function checkOwnNode() {
  if (majorOf(process.versions.node) >= bootstrapMajor) return
  throw new Sentence(
    `this is Node ${process.versions.node}, and installing needs Node ${bootstrapMajor} or newer: install one from your system or https://nodejs.org, then run it again`,
  )
}

/** Path of a Node 24 or newer: npm's, else the one running this. Call after the install. */
export function findNode() {
  const brought = join(root, 'node_modules', '.bin', 'node')
  const answer = spawnSync(brought, ['--version'], { encoding: 'utf8' })
  if (answer.status === 0 && majorOf(answer.stdout.trim()) >= nodeMajor) return brought
  if (majorOf(process.versions.node) >= nodeMajor) return process.execPath
  throw new Sentence(
    `npm brings no Node ${nodeMajor} for \`${process.platform}-${process.arch}\` and this is Node ${process.versions.node}: install Node ${nodeMajor} or newer, then run it again`,
  )
}

/** Environment of everything we start: our programs first, nobody phones home, nothing downloads an engine. */
export function environment(extra = {}) {
  return {
    ...process.env,
    PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
    APOLLO_TELEMETRY_DISABLED: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
    ...extra,
  }
}
