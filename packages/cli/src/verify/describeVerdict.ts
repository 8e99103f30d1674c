/**
 * A verdict in words, for a person at a terminal. The last line is the answer.
 */
import type { VerifyReport } from './verifyFile.ts'

export function describeVerdict({ file, origin, tenant, keysFrom, verdict }: VerifyReport): string {
  const lines = [
    ['file', file],
    ['ledger', tenant === null ? origin : `${origin}, tenant ${tenant}`],
    ['checked', `${verdict.checked} entries, ${verdict.bodiesChecked} of them with their body`],
    ['head', `${verdict.headSeq}, link ${verdict.headLink}`],
    ['root', verdict.rootHash],
    ['checkpoints', describeCheckpoints(verdict.checkpointsMatched, verdict.checkpointsVerified, keysFrom)],
  ].map(([name, value]) => `${name!.padEnd(13)}${value}`)
  return [...lines, describeAnswer(verdict)].join('\n')
}

function describeCheckpoints(matched: number, verified: number, keysFrom: VerifyReport['keysFrom']): string {
  if (matched === 0) return 'none: nothing but the chain itself vouches for the end of this ledger'
  if (keysFrom === 'none') return `${matched} match; their signatures were not checked (give \`--key\` or \`--trust\`)`
  const whose =
    keysFrom === 'the file itself' ? 'keys the file itself names (pin them with `--key`)' : 'the keys you gave'
  return `${matched} match, ${verified} signed by ${whose}`
}

function describeAnswer({ intact, firstBrokenSeq, brokenRange, reason, detail }: VerifyReport['verdict']): string {
  if (intact) return 'intact'
  const range = brokenRange !== null && brokenRange[1] > brokenRange[0] ? ` (in doubt up to ${brokenRange[1]})` : ''
  return `broken at entry ${firstBrokenSeq}${range}: ${detail} [${reason}]`
}
