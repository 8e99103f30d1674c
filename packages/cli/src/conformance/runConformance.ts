/**
 * Runs every suite whose folder is there and says what came of each.
 *
 * INVARIANT (nothing unsaid): a folder without a suite, a suite without a folder
 * and a suite that crashed are each reported; a crash counts as a failure.
 */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CannotAsk } from '../command.ts'
import type { CaseResult, SuiteModule } from './suite.ts'

/** The sets we know, in the order they are run. `load` is null for those we do not run yet. */
const suites: readonly { folder: string; load: (() => Promise<SuiteModule>) | null }[] = [
  { folder: 'jcs', load: () => import('./jcs.ts') },
  { folder: 'json-parsing', load: () => import('./jsonParsing.ts') },
  { folder: 'merkle-rfc6962', load: () => import('./merkleRfc6962.ts') },
  { folder: 'tlog', load: () => import('./tlog.ts') },
  { folder: 'wycheproof', load: () => import('./wycheproof.ts') },
  { folder: 'cedar', load: () => import('./cedar.ts') },
  { folder: 'authzen', load: null },
  { folder: 'totp', load: null },
  { folder: 'webhooks-standard', load: null },
  { folder: 'oidc-rp', load: null },
  { folder: 'pii', load: null },
]

export interface ConformanceOptions {
  readonly only: string | null
  readonly verbose: boolean
  readonly print: (line: string) => void
}

interface Tally {
  passed: number
  failed: number
}

/** @throws CannotAsk when the folder is not there or `only` names no suite. */
export async function runConformance(dir: string, options: ConformanceOptions): Promise<Tally> {
  if (!existsSync(dir) || !statSync(dir).isDirectory()) throw new CannotAsk(`\`${dir}\` is not a folder`)
  const chosen = options.only === null ? suites : suites.filter(({ folder }) => folder === options.only)
  if (chosen.length === 0) throw new CannotAsk(`no suite is called \`${options.only}\``)
  const total: Tally = { passed: 0, failed: 0 }
  options.print(row('suite', 'part', 'passed', 'failed', ''))
  for (const { folder, load } of chosen) {
    const place = join(dir, folder)
    if (!existsSync(place)) options.print(row(folder, '', '-', '-', 'absent'))
    else if (load === null) options.print(row(folder, '', '-', '-', 'not yet run'))
    else await runSuite(folder, place, load, total, options)
  }
  options.print(`${total.passed} passed, ${total.failed} failed`)
  return total
}

async function runSuite(
  folder: string,
  place: string,
  load: () => Promise<SuiteModule>,
  total: Tally,
  { print, verbose }: ConformanceOptions,
): Promise<void> {
  const groups = new Map<string, Tally>()
  const failures: string[] = []
  const started = performance.now()
  const count = (result: CaseResult): void => {
    const group = groups.get(result.group ?? '') ?? { passed: 0, failed: 0 }
    groups.set(result.group ?? '', group)
    const key = result.ok ? 'passed' : 'failed'
    group[key]++
    total[key]++
    const detail = result.detail === undefined ? '' : `: ${result.detail}`
    if (!result.ok) failures.push(`  failed ${result.name}${detail}`)
    else if (verbose) print(`  ok ${folder} ${result.name}${detail}`)
  }
  try {
    const { run } = await load()
    for await (const result of run(place)) count(result)
  } catch (error) {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    count({ suite: folder, name: 'the suite ran to its end', ok: false, detail })
  }
  // A folder without a single case proves nothing, and must not look like a pass.
  if (groups.size === 0) count({ suite: folder, name: 'the folder holds cases', ok: false, detail: 'none found' })
  const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`
  let first = true
  for (const [group, { passed, failed }] of groups) {
    print(row(first ? folder : '', group, `${passed}`, `${failed}`, first ? seconds : ''))
    first = false
  }
  for (const failure of failures) print(failure)
}

function row(suite: string, part: string, passed: string, failed: string, note: string): string {
  return `${suite.padEnd(19)}${part.padEnd(22)}${passed.padStart(7)}${failed.padStart(8)}  ${note}`.trimEnd()
}
