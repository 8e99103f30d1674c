/**
 * `muster verify FILE`: is this ledger what was signed?
 */
import { exitCodes, type Register } from '../command.ts'

interface VerifyFlags {
  readonly key: readonly string[]
  readonly trust?: string
  readonly checkpoint: readonly string[]
  readonly json?: boolean
}

const gather = (value: string, before: readonly string[]): readonly string[] => [...before, value]

export const register: Register = (program) => {
  program
    .command('verify')
    .description('verify an exported ledger or a proof bundle offline; exit code 0 intact, 1 broken, 2 unreadable')
    .argument(
      '<file>',
      'a `muster-ledger/v1` export, a `muster-proof/v1` bundle, or the JSON answer of the queries `ledger` and `ledgerHead`',
    )
    .option(
      '--key <key>',
      'trust only this key for checkpoints: a verifier key or a public key; repeatable',
      gather,
      [],
    )
    .option('--trust <file>', "trust only the keys in this file: the tenant's published key history")
    .option('--checkpoint <file>', 'a checkpoint you kept yourself; the ledger must contain it; repeatable', gather, [])
    .option('--json', 'print the verdict as JSON')
    .action(async (file: string, flags: VerifyFlags) => {
      const { verifyFile } = await import('../verify/verifyFile.ts')
      const { describeVerdict } = await import('../verify/describeVerdict.ts')
      const { describeProof, verifyProofFile } = await import('../verify/verifyProofFile.ts')
      const request = {
        keys: flags.key,
        trustFile: flags.trust ?? null,
        checkpointFiles: flags.checkpoint,
        onProgress: progressLine(),
      }
      const proof = await verifyProofFile(file, request)
      if (proof !== null) return tell(proof, () => describeProof(proof), flags)
      const report = await verifyFile(file, request)
      if (process.stderr.isTTY) process.stderr.write('\r')
      tell(report, () => describeVerdict(report), flags)
    })
}

function tell(report: { verdict: { intact: boolean } }, words: () => string, flags: VerifyFlags): void {
  console.log(flags.json === true ? JSON.stringify(report, null, 2) : words())
  process.exitCode = report.verdict.intact ? exitCodes.yes : exitCodes.no
}

/** A count on a terminal's error stream; silence anywhere else. */
function progressLine(): (checked: number) => void {
  if (!process.stderr.isTTY) return () => {}
  return (checked) => {
    process.stderr.write(`\r${checked} entries`)
  }
}
