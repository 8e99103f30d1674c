/**
 * The programs behind the steps of `npm test`, and how their results are read.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './place.mjs'
import { execute, oneOf } from './steps.mjs'

const reports = join(root, '.tmp', 'reports')
const bin = (name) => join(root, 'node_modules', '.bin', name)

/** Every workspace folder that has TypeScript to check. */
function typescriptProjects() {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const folders = workspaces.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern]
    const parent = pattern.slice(0, -2)
    return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`)
  })
  return folders.filter((folder) => existsSync(join(root, folder, 'tsconfig.json')) && hasSource(join(root, folder)))
}

function hasSource(folder) {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (entry.isDirectory())
      return !['node_modules', 'dist'].includes(entry.name) && hasSource(join(folder, entry.name))
    return /\.tsx?$/.test(entry.name)
  })
}

/** Checks every workspace, two at a time; one step, all complaints. */
export async function typecheck() {
  const queue = typescriptProjects()
  const complaints = []
  const worker = async () => {
    for (let folder = queue.shift(); folder !== undefined; folder = queue.shift()) {
      const { status, output } = await execute(bin('tsc'), ['--noEmit', '-p', folder])
      if (status !== 0) complaints.push(`${folder}:\n${output}`)
    }
  }
  await Promise.all([worker(), worker()])
  return oneOf({ status: complaints.length, output: complaints.join('\n') })
}

export const lint = async () => oneOf(await execute(bin('oxlint'), ['--type-aware', '--deny-warnings']))
export const format = async () => oneOf(await execute(bin('oxfmt'), ['--check', '.']))

function freshReport(name) {
  const path = join(reports, name)
  mkdirSync(dirname(path), { recursive: true })
  rmSync(path, { force: true })
  return path
}

/** Unit, property and integration tests; `filters` are paths, all when there is none. */
export async function vitest(filters) {
  const path = freshReport('vitest.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`]
  const { status } = await execute(bin('vitest'), ['run', ...reporters, ...filters], { isShown: true })
  if (!existsSync(path)) return { passed: 0, failed: 1, output: 'vitest ended without a report' }
  const report = JSON.parse(readFileSync(path, 'utf8'))
  // A file that could not even be loaded holds no test that could fail.
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length
  const failed = report.numFailedTests + unloaded
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: report.numPendingTests,
  }
}

/** True once there is a journey to run. */
export const hasJourneys = () => existsSync(join(root, 'e2e', 'playwright.config.ts'))

/** The journeys of `e2e/` on the running platform, in `browser`. */
export async function journeys(browser) {
  const path = freshReport('playwright.json')
  const extra = { MUSTER_CHROMIUM: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: path, PLAYWRIGHT_JSON_OUTPUT_FILE: path }
  const { status } = await execute(bin('playwright'), ['test', '--reporter=list,json'], {
    isShown: true,
    extra,
    cwd: join(root, 'e2e'),
  })
  if (!existsSync(path)) return { passed: 0, failed: 1, output: 'playwright ended without a report' }
  const { stats, errors } = JSON.parse(readFileSync(path, 'utf8'))
  // A journey that passed only when repeated is counted as failed: the second try hides the first.
  const failed = stats.unexpected + stats.flaky + errors.length
  return { passed: stats.expected, failed: failed === 0 && status !== 0 ? 1 : failed, skipped: stats.skipped }
}

/** Published test vectors, where a folder of them lies beside the project; none of our tests needs it. */
export const vectors = join(root, '..', 'shared', 'vectors')

export async function conformance(node) {
  const result = oneOf(await execute(node, [join(root, 'packages', 'cli', 'src', 'main.ts'), 'conformance', vectors]))
  if (result.failed === 0) console.log(result.output.trimEnd().split('\n').at(-1))
  return result
}
