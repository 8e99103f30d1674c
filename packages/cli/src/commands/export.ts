/**
 * `muster export`: the ledger as a file for whoever checks it without us.
 */
import { rm } from 'node:fs/promises'
import { CannotAsk, exitCodes, type Register } from '../command.ts'

interface Flags {
  readonly out: string
  readonly url?: string
  readonly home?: string
  readonly key?: string
  readonly tenant?: string
  readonly force?: boolean
}

export const register: Register = (program) => {
  program
    .command('export')
    .description('write the ledger to a file that `muster verify` checks offline')
    .requiredOption('--out <file>', 'the file to write')
    .option('--force', 'replace a file that is there')
    .option('--url <url>', 'the server (default: the one in `demo.json`)')
    .option('--home <folder>', 'where `demo.json` is (default: MUSTER_HOME, else .muster)')
    .option('--key <key>', 'the API key to ask with (default: the integrator key in `demo.json`; or MUSTER_API_KEY)')
    .option('--tenant <slug>', 'the tenant of `demo.json` (default: the first)')
    .action(async (flags: Flags) => {
      const { openApi } = await import('../export/openApi.ts')
      const { exportLedger } = await import('../export/exportLedger.ts')
      const { api, close } = await openApi(flags)
      try {
        if (flags.force === true) await rm(flags.out, { force: true })
        const done = await exportLedger(api, flags.out, (entries, of) => console.error(`${entries} of ${of} entries`))
        console.log(`${done.entries} entries and ${done.checkpoints} checkpoints in ${flags.out}`)
        if (done.withheld > 0)
          console.log(`${done.withheld} bodies are outside this key's scope; the chain verifies without them`)
        process.exitCode = exitCodes.yes
      } catch (error) {
        if (error instanceof Error && error.name === 'RefusedByServer')
          throw new CannotAsk(error.message, { cause: error })
        throw error
      } finally {
        await close()
      }
    })
}
