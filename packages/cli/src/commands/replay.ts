/**
 * `muster replay DIR`: would this recorded agent have passed muster?
 */
import { CannotAsk, exitCodes, type Register } from '../command.ts'

interface ReplayFlags {
  readonly url?: string
  readonly home?: string
  readonly key?: string
  readonly tenant?: string
  readonly owner?: string
  readonly concurrency: string
  readonly approve: string
  readonly manifest?: string
  readonly external?: string
  readonly fresh?: boolean
  readonly json?: string
}

/** More runs at once than this ask nothing new of a server. */
const concurrencyMax = 256

export const register: Register = (program) => {
  program
    .command('replay')
    .description(
      'put recorded agent runs through the public API and verify the ledger; exit code 0 all decided and on record, 1 not, 2 nothing could be asked',
    )
    .argument(
      '<dir>',
      'a folder of `.json` or `.jsonl` transcripts: OpenAI-style messages with tool calls, at any depth',
    )
    .option('--url <url>', 'the server (default: the one in `demo.json`, else http://localhost:4000)')
    .option('--home <folder>', 'where `demo.json` is and the journal is kept (default: MUSTER_HOME, else .muster)')
    .option('--key <key>', 'the API key to ask with (default: the integrator key in `demo.json`; or MUSTER_API_KEY)')
    .option('--tenant <slug>', 'the tenant of `demo.json` (default: the first)')
    .option('--owner <email>', 'who answers for agents that have to be registered')
    .option('--concurrency <n>', 'runs decided at once', '4')
    .option(
      '--approve <who>',
      '`none`: what is held waits for people; `demo`: people of the demo company decide',
      'none',
    )
    .option('--manifest <file>', 'what tools do where their names do not say (docs/specs/replay.md)')
    .option('--external <regex>', 'further tools whose answers come from outside the company')
    .option('--fresh', 'begin another replay instead of going on with the last one')
    .option('--json <file>', 'write the report as JSON as well')
    .action(async (dir: string, flags: ReplayFlags) => {
      const { replay } = await import('../replay/replay.ts')
      const { describeReport } = await import('../replay/report/describeReport.ts')
      const { Progress } = await import('../replay/report/progress.ts')
      const { readManifestFile } = await import('../replay/tools/manifestFile.ts')
      const progress = new Progress(process.stderr, () => performance.now())
      const report = await replay(
        {
          folder: dir,
          home: flags.home ?? process.env['MUSTER_HOME'] ?? '.muster',
          url: flags.url ?? null,
          // A key on the command line is seen by everybody on the machine; the environment is not.
          key: flags.key ?? process.env['MUSTER_API_KEY'] ?? null,
          tenant: flags.tenant ?? null,
          owner: flags.owner ?? null,
          concurrency: concurrencyOf(flags.concurrency),
          approve: approveOf(flags.approve),
          fresh: flags.fresh === true,
          rules: {
            overrides: flags.manifest === undefined ? new Map() : await readManifestFile(flags.manifest),
            external: patternOf(flags.external),
          },
        },
        progress,
      )
      console.log(describeReport(report))
      process.exitCode = report.ok ? exitCodes.yes : exitCodes.no
      // Last, so that a full disk costs the file and not the answer.
      if (flags.json !== undefined) await writeReport(flags.json, report)
    })
}

function concurrencyOf(text: string): number {
  const count = /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 0
  if (count < 1 || count > concurrencyMax)
    throw new CannotAsk(`\`--concurrency\` is a number from 1 to ${concurrencyMax}`)
  return count
}

function approveOf(who: string): boolean {
  if (who === 'demo') return true
  if (who === 'none') return false
  throw new CannotAsk(`\`--approve\` is \`none\` or \`demo\`, not \`${who}\``)
}

function patternOf(text: string | undefined): RegExp | null {
  if (text === undefined) return null
  try {
    return new RegExp(text, 'u')
  } catch (error) {
    throw new CannotAsk(`\`--external\` is no regular expression: \`${text}\``, { cause: error })
  }
}

async function writeReport(path: string, report: object): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  try {
    await writeFile(path, `${JSON.stringify(report, null, 2)}\n`)
  } catch (error) {
    throw new CannotAsk(`the report cannot be written to \`${path}\``, { cause: error })
  }
}
