/**
 * The proof bundle `muster-proof/v1`: one JSON object a line (docs/specs/proof.md).
 *
 * A header with the signed checkpoint and the key history, then the entries of
 * one range, each with the path by which it stands in the checkpoint's tree:
 * all an outsider needs to check them without the rest of the ledger.
 */
import { parseStrict, UnsafeJson, type JsonObject, type JsonValue } from '@muster/canonical-json'
import {
  BadExportLine,
  lineBytesMax,
  readExportedEntry,
  readKeys,
  type ExportedKey,
} from '../exportFile/exportLines.ts'
import type { LedgerEntry } from '../verification/verdict.ts'

export const proofFormat = 'muster-proof/v1'

/** A range to read and to keep; whoever wants more exports the ledger. */
export const provenEntriesMax = 1_000

export interface ProofHeader {
  readonly format: typeof proofFormat
  /** For whoever opens the file: what it is, and the one command. */
  readonly readme: string
  readonly origin: string
  readonly tenant: string
  readonly keys: readonly ExportedKey[]
  /** Both included. */
  readonly range: { readonly first: number; readonly last: number }
  /** The signed note that covers the range, exactly. */
  readonly checkpoint: string
  readonly exportedAt?: string
}

export interface ProvenEntry {
  readonly entry: LedgerEntry
  /** RFC 9162 §2.1.3, from the leaf upwards, lower-case hex. */
  readonly inclusion: readonly string[]
}

export const proofReadme =
  'Entries of a Muster ledger, each with the proof that the signed checkpoint covers it. Check it offline: npx muster verify FILE'

export function writeProofHeader(header: Omit<ProofHeader, 'format' | 'readme'>): string {
  return `${JSON.stringify({ format: proofFormat, readme: proofReadme, ...header })}\n`
}

export function writeProvenEntry({ entry, inclusion }: ProvenEntry): string {
  return `${JSON.stringify({ ...entry, inclusion })}\n`
}

/** @throws BadExportLine when the line is no header of this format. */
export function parseProofHeader(line: Uint8Array | string): ProofHeader {
  const object = objectOf(line)
  const { format, readme, origin, tenant, checkpoint, exportedAt } = object
  if (format !== proofFormat) throw new BadExportLine(`the format is not \`${proofFormat}\``)
  if (typeof origin !== 'string' || origin === '') throw new BadExportLine('the header has no `origin`')
  if (typeof tenant !== 'string') throw new BadExportLine('the header has no `tenant`')
  if (typeof checkpoint !== 'string') throw new BadExportLine('the header has no `checkpoint`')
  return {
    format,
    readme: typeof readme === 'string' ? readme : '',
    origin,
    tenant,
    keys: readKeys(object['keys']),
    range: readRange(object['range']),
    checkpoint,
    ...(typeof exportedAt === 'string' ? { exportedAt } : {}),
  }
}

/** @throws BadExportLine when the line is no entry with its proof. */
export function parseProvenEntry(line: Uint8Array | string): ProvenEntry {
  const { inclusion, ...entry } = objectOf(line)
  if (!Array.isArray(inclusion) || !inclusion.every((hash): hash is string => typeof hash === 'string'))
    throw new BadExportLine('an entry has no `inclusion`')
  return { entry: readExportedEntry(entry), inclusion }
}

function readRange(value: JsonValue | undefined): ProofHeader['range'] {
  const { first, last } = (isObject(value) ? value : {}) as { first?: JsonValue; last?: JsonValue }
  if (!isPlace(first) || !isPlace(last) || last < first) throw new BadExportLine('the header has no `range`')
  return { first, last }
}

const isPlace = (value: JsonValue | undefined): value is number => Number.isSafeInteger(value) && (value as number) >= 1

function objectOf(line: Uint8Array | string): JsonObject {
  let value: JsonValue
  try {
    value = parseStrict(line, { maxBytes: lineBytesMax })
  } catch (error) {
    if (error instanceof UnsafeJson) throw new BadExportLine(`the line is not safe JSON: ${error.message}`)
    throw error
  }
  if (!isObject(value)) throw new BadExportLine('the line is not a JSON object')
  return value
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
