/**
 * `npm run bench`: every measure in one run, a table on the screen and the
 * figures as JSON in `bench/results/latest.json`.
 *
 *   node bench/src/main.ts [--quick] [--only a,b,c,d,e,f,g]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startChild } from './child.ts'
import { measureAgentsPage } from './measures/agentsPage.ts'
import { measureConsole } from './measures/console.ts'
import { measureDecisions, type PlatformReady } from './measures/decisions.ts'
import { measureInDatabase } from './measures/inDatabase.ts'
import { measureStarts } from './measures/starts.ts'
import { measureVerification } from './measures/verification.ts'
import { ms, per, table, type Line } from './report.ts'

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: 'a,b,c,d,e,f,g' } },
})
const wanted = new Set(options.only.split(','))
const time = options.quick ? { forMs: 1_500, warmUpMs: 500 } : { forMs: 6_000, warmUpMs: 2_000 }
const lines: Line[] = []
const figures: Record<string, unknown> = {}
const say = (words: string): void => console.error(`bench: ${words}`)

if (wanted.has('a') || wanted.has('c')) {
  const home = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  say('starting the platform with ten companies')
  const platform = await startChild<PlatformReady>('./platformChild.ts', [home])
  try {
    if (wanted.has('a')) await benchDecisions(platform.ready)
    if (wanted.has('c')) await benchPage(platform.ready)
  } finally {
    await platform.stop()
    rmSync(home, { recursive: true, force: true })
  }
}
if (wanted.has('b') || wanted.has('e')) await benchDatabase()
if (wanted.has('d')) await benchVerification()
if (wanted.has('f')) await benchStarts()
if (wanted.has('g')) await benchConsole()

const folder = fileURLToPath(new URL('../results/', import.meta.url))
mkdirSync(folder, { recursive: true })
writeFileSync(
  join(folder, 'latest.json'),
  `${JSON.stringify({ cores: cpus().length, node: process.version, ...time, figures, lines }, null, 2)}\n`,
)
console.log(table(lines))

async function benchDecisions(platform: PlatformReady): Promise<void> {
  say('(a) decisions at 1, 16 and 64 connections')
  const results = await measureDecisions(platform, time, [1, 16, 64])
  figures['decisions'] = results
  for (const { connections, oneTenant, tenTenants, trivialQuery, singleRowCommits, slowCommits } of results) {
    const at = `at ${connections}`
    const told = (figure: typeof oneTenant): string =>
      `${per(figure.throughput)} p50 ${ms(figure.p50)} p95 ${ms(figure.p95)} p99 ${ms(figure.p99)}${figure.failures > 0 ? ` (${figure.failures} failed)` : ''}`
    const aim = connections === 16 ? { aim: { atLeast: 0.7 } } : {}
    lines.push(
      {
        what: `(a) decisions ${at}, one tenant : trivial query, stock gateway`,
        ours: told(oneTenant),
        peer: told(trivialQuery),
        ratio: oneTenant.throughput / trivialQuery.throughput,
        ...aim,
      },
      {
        what: `(a) decisions ${at}, one tenant : single-row commits`,
        ours: per(oneTenant.throughput),
        peer: per(singleRowCommits.throughput),
        ratio: oneTenant.throughput / singleRowCommits.throughput,
      },
      {
        what: `(a) decisions ${at}, ten tenants : one tenant`,
        ours: told(tenTenants),
        peer: per(oneTenant.throughput),
        ratio: tenTenants.throughput / oneTenant.throughput,
      },
      {
        what: `(a) decisions ${at}, +2 ms commit : single-row commits, +2 ms`,
        ours: told(slowCommits.decisions),
        peer: per(slowCommits.singleRowCommits.throughput),
        ratio: slowCommits.decisions.throughput / slowCommits.singleRowCommits.throughput,
      },
    )
    if (connections === 16)
      lines.push({
        what: '(a) decisions at 16, p99 : 10 ms',
        ours: ms(oneTenant.p99),
        peer: '10 ms',
        ratio: oneTenant.p99 / 10,
        aim: { atMost: 1 },
      })
  }
}

async function benchPage(platform: PlatformReady): Promise<void> {
  say('(c) a page of 50 agents with score and team')
  const { ours, stock } = await measureAgentsPage(platform, { ...time, connections: 16 })
  figures['agentsPage'] = { ours, stock }
  lines.push({
    what: '(c) page of 50 agents : stock gateway over HTTP',
    ours: `${per(ours.throughput)} p50 ${ms(ours.p50)}`,
    peer: `${per(stock.throughput)} p50 ${ms(stock.p50)}`,
    ratio: ours.throughput / stock.throughput,
  })
}

async function benchDatabase(): Promise<void> {
  say('(b) ledger rows and (e) row-level security')
  const { ledgerRows, batch, singleRowCommits, rls } = await measureInDatabase({ ...time, connections: 16 })
  figures['inDatabase'] = { ledgerRows, batch, singleRowCommits, rls }
  lines.push(
    {
      what: `(b) ledger rows, batches of ${batch} : single-row commits at 16`,
      ours: per(ledgerRows),
      peer: per(singleRowCommits.throughput),
      ratio: ledgerRows / singleRowCommits.throughput,
      aim: { atLeast: 2 },
    },
    {
      what: '(e) page of 50 agents with RLS : without, p50',
      ours: ms(rls.with.p50),
      peer: ms(rls.without.p50),
      ratio: rls.with.p50 / rls.without.p50,
      aim: { atMost: 1.25 },
    },
  )
}

async function benchVerification(): Promise<void> {
  say('(d) verification of 100,000 receipts')
  const result = await measureVerification(100_000)
  figures['verification'] = result
  lines.push({
    what: '(d) verify 100,000 receipts : hashing them alone',
    ours: ms(result.verifyMs),
    peer: ms(result.hashOnlyMs),
    ratio: result.verifyMs / result.hashOnlyMs,
  })
}

async function benchStarts(): Promise<void> {
  say('(f) cold and warm start')
  const result = await measureStarts()
  figures['starts'] = result
  lines.push(
    {
      what: '(f) cold start : PostgreSQL initdb and start',
      ours: ms(result.coldMs),
      peer: ms(result.postgresColdMs),
      ratio: result.coldMs / result.postgresColdMs,
    },
    {
      what: '(f) warm start : PostgreSQL start',
      ours: ms(result.warmMs),
      peer: ms(result.postgresWarmMs),
      ratio: result.warmMs / result.postgresWarmMs,
    },
  )
}

async function benchConsole(): Promise<void> {
  const agents = options.quick ? 1_000 : 10_000
  say(`(g) the console over ${agents.toLocaleString('en-US')} agents`)
  const result = await measureConsole(agents)
  figures['console'] = result
  const { framesPerSecond, late, heap, domNodes, rowsMax, routeChangeMs } = result
  const mb = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`
  const percent = (share: number): string => `${(share * 100).toFixed(1)} % late`
  lines.push(
    {
      what: `(g) frames scrolling ${agents.toLocaleString('en-US')} agents : plain text`,
      ours: `${per(framesPerSecond.directory)} ${percent(late.directory)}`,
      peer: `${per(framesPerSecond.plainText)} ${percent(late.plainText)}`,
      ratio: framesPerSecond.directory / framesPerSecond.plainText,
      aim: { atLeast: 0.9 },
    },
    {
      what: '(g) heap after passing all again : after the first time',
      ours: mb(heap.again),
      peer: mb(heap.first),
      ratio: heap.again / heap.first,
      aim: { atMost: 1.1 },
    },
    {
      what: `(g) nodes after passing all again : after the first time (${rowsMax} rows at most)`,
      ours: String(domNodes.again),
      peer: String(domNodes.first),
      ratio: domNodes.again / domNodes.first,
      aim: { atMost: 1.1 },
    },
    {
      what: '(g) route change on warm data : 100 ms',
      ours: ms(routeChangeMs),
      peer: '100 ms',
      ratio: routeChangeMs / 100,
      aim: { atMost: 1 },
    },
  )
}
