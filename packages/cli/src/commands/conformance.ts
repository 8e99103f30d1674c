/**
 * `muster conformance DIR`: the public vectors, run by anyone.
 */
import { exitCodes, type Register } from '../command.ts'

export const register: Register = (program) => {
  program
    .command('conformance')
    .description('run the public test vectors in a folder (docs/specs/conformance.md says where to get them)')
    .argument('<dir>', 'a folder with one subfolder for each set, e.g. `jcs`, `tlog`')
    .option('--only <suite>', 'run this suite alone')
    .option('--verbose', 'list every case, not only the failures')
    .action(async (dir: string, flags: { only?: string; verbose?: boolean }) => {
      const { runConformance } = await import('../conformance/runConformance.ts')
      const { failed, passed } = await runConformance(dir, {
        only: flags.only ?? null,
        verbose: flags.verbose === true,
        print: (line) => console.log(line),
      })
      process.exitCode = failed === 0 && passed > 0 ? exitCodes.yes : exitCodes.no
    })
}
