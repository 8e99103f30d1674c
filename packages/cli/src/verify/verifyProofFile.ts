/**
 * Verifies one proof bundle (docs/specs/proof.md), with no access to Muster:
 * that its entries stand in the tree its checkpoint signed.
 */
import { BadExportLine, lineBytesMax, parseProofHeader, parseProvenEntry, ProofVerifier } from '@muster/ledger'
import type { ProofHeader, ProofVerdict, ProvenEntry } from '@muster/ledger'
import { CannotAsk } from '../command.ts'
import { fileLines } from './fileLines.ts'
import { trustedKeys, type KeySource } from './trustedKeys.ts'
import type { VerifyRequest } from './verifyFile.ts'

export interface ProofReport {
  readonly file: string
  readonly origin: string
  readonly tenant: string
  readonly keysFrom: KeySource
  readonly verdict: ProofVerdict
}

/** Null when the file is none of these. @throws CannotAsk when it, or a key, cannot be read. */
export async function verifyProofFile(file: string, request: VerifyRequest): Promise<ProofReport | null> {
  const header = await headerOf(file)
  if (header === null) return null
  if (request.checkpointFiles.length > 0)
    throw new CannotAsk('a proof bundle holds one checkpoint and no growth: compare kept ones with an export')
  const { origin, tenant, keys } = header
  const { source, verifiers } = await trustedKeys(origin, request.keys, request.trustFile, keys)
  const verifier = new ProofVerifier(header, verifiers)
  let isHeader = true
  for await (const bytes of fileLines(file, lineBytesMax)) {
    if (!isHeader && !verifier.push(readLine(bytes))) break
    isHeader = false
  }
  return { file, origin, tenant, keysFrom: source, verdict: verifier.finish() }
}

async function headerOf(file: string): Promise<ProofHeader | null> {
  try {
    for await (const line of fileLines(file, lineBytesMax)) {
      return line.subarray(0, 64).includes('"format":"muster-proof/') ? parseProofHeader(line) : null
    }
    return null
  } catch (error) {
    if (error instanceof BadExportLine) throw new CannotAsk(`\`${file}\` is not a proof bundle: ${error.message}`)
    // A first line without an end, or no file at all: the reader of ledgers says so.
    if (error instanceof RangeError || (error instanceof Error && 'code' in error)) return null
    throw error
  }
}

function readLine(bytes: Buffer): ProvenEntry | null {
  try {
    return parseProvenEntry(bytes)
  } catch (error) {
    if (error instanceof BadExportLine) return null
    throw error
  }
}

/** In words; the last line is the answer. */
export function describeProof({ file, origin, tenant, keysFrom, verdict }: ProofReport): string {
  const { range, checkpoint } = verdict
  const lines = [
    ['file', file],
    ['ledger', `${origin}, tenant ${tenant}`],
    ['range', range.first === range.last ? `entry ${range.first}` : `entries ${range.first} to ${range.last}`],
    ['checkpoint', checkpoint === null ? 'none that opens' : `${checkpoint.size} entries, root ${checkpoint.rootHash}`],
    ['signature', describeSignature(verdict.signed, keysFrom)],
    [
      'included',
      `${verdict.checked} entries stand in the signed tree, ${verdict.bodiesChecked} of them with their body`,
    ],
  ].map(([name, value]) => `${name!.padEnd(13)}${value}`)
  const answer = verdict.intact
    ? 'intact'
    : `broken at entry ${verdict.firstBrokenSeq}: ${verdict.detail} [${verdict.reason}]`
  return [...lines, answer].join('\n')
}

function describeSignature(signed: boolean, keysFrom: KeySource): string {
  if (keysFrom === 'none') return 'not checked (give `--key` or `--trust`)'
  if (!signed) return 'none that a trusted key made'
  return keysFrom === 'the file itself' ? 'by a key the file itself names (pin it with `--key`)' : 'by a key you gave'
}
