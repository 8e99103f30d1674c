/**
 * `muster rotate`: a new signing key for a tenant, planned or in an emergency.
 */
import { CannotAsk, exitCodes, type Register } from '../command.ts'

interface Flags {
  readonly purpose: string
  readonly reason: string
  readonly emergency?: boolean
  readonly url?: string
  readonly home?: string
  readonly key?: string
  readonly tenant?: string
}

const purposes = ['ledger', 'issuer', 'permit']
const mutation = `mutation ($input: RotateKeyInput!) { rotateKey(input: $input) { __typename
  ... on KeyRotated { key { id } former { id state } receipt { seq } } ... on Refusal { code message } } }`

export const register: Register = (program) => {
  program
    .command('rotate')
    .description(
      'make a new signing key active; old ones verify for ever and sign never (docs/runbooks/key-rotation.md)',
    )
    .requiredOption('--purpose <purpose>', purposes.join(', '))
    .requiredOption('--reason <text>', 'why; kept sealed with the receipt')
    .option('--emergency', 'the key may be known to others: retire it at once', false)
    .option('--url <url>', 'the server (default: the one in `demo.json`)')
    .option('--home <folder>', 'where `demo.json` is (default: MUSTER_HOME, else .muster)')
    .option('--key <key>', 'an API key with `keys:rotate` (default: MUSTER_API_KEY)')
    .option('--tenant <slug>', 'the tenant of `demo.json` (default: the first)')
    .action(async (flags: Flags) => {
      if (!purposes.includes(flags.purpose))
        throw new CannotAsk(`\`${flags.purpose}\` is none of ${purposes.join(', ')}`)
      const { openApi } = await import('../export/openApi.ts')
      const { memberOf, objectOf, textOf } = await import('../replay/client/answers.ts')
      const { api, close } = await openApi(flags)
      try {
        const { data } = await api.ask(mutation, {
          input: { purpose: flags.purpose.toUpperCase(), emergency: flags.emergency === true, reason: flags.reason },
        })
        const rotated = memberOf(data, 'rotateKey', 'KeyRotated')
        console.log(`the new ${flags.purpose} key is ${textOf(objectOf(rotated['key'], '`key`'), 'id')}`)
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
