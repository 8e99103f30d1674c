/**
 * What must be made before the product runs: generated code and the console.
 * Each is made when something it is made of has changed, and not otherwise.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { environment, root } from './place.mjs'
import { Sentence, sentenceFor } from './sentence.mjs'

/** Generates Prisma clients, resolver types and the supergraph (`tools/src/codegen`). */
export function generate(node) {
  const result = spawnSync(node, ['tools/src/codegen/run.ts'], {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  })
  if (result.status !== 0)
    throw new Sentence(sentenceFor(result.stderr) || `code could not be generated:\n${result.stderr.trim()}`)
}

/** What the console is built from. */
const webInputs = [
  'web',
  'packages/kernel/src',
  'packages/canonical-json/src',
  'packages/ledger/src',
  'gateway/supergraph.graphql',
  'package-lock.json',
]
const webStamp = join(root, 'node_modules', '.cache', 'muster', 'web.stamp')

/** Builds the console into `web/dist` when it is stale; does nothing while there is no console. */
export function buildConsole(node) {
  if (!existsSync(join(root, 'web', 'vite.config.ts'))) return
  const wanted = fingerprint(webInputs)
  const isBuilt = existsSync(join(root, 'web', 'dist', 'index.html'))
  if (isBuilt && existsSync(webStamp) && readFileSync(webStamp, 'utf8') === wanted) return
  console.log('muster: building the console')
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const result = spawnSync(node, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'web'),
    env: environment(),
    encoding: 'utf8',
  })
  if (result.status !== 0)
    throw new Sentence(
      sentenceFor(result.stderr) || `the console could not be built:\n${result.stdout}${result.stderr}`.trim(),
    )
  mkdirSync(dirname(webStamp), { recursive: true })
  writeFileSync(webStamp, wanted)
}

function fingerprint(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesIn))
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  return hash.digest('hex')
}

/** Paths, from the root, of the files at or below `path`; what is built or installed left out. */
function filesIn(path) {
  if (!existsSync(join(root, path))) return []
  if (statSync(join(root, path)).isFile()) return [path]
  return readdirSync(join(root, path))
    .filter((name) => !['node_modules', 'dist', '.turbo', 'test-results'].includes(name))
    .sort()
    .flatMap((name) => filesIn(join(path, name)))
}
