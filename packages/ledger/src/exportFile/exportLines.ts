/**
 * The export file `muster-ledger/v1`: one JSON object a line (docs/specs/ledger.md).
 *
 * First a header, then every entry in order, then (or between them) the signed
 * checkpoints in the order they were issued. Lines stand alone, so a ledger of
 * any length is written and verified in little memory.
 */
import { parseStrict, UnsafeJson, type JsonObject, type JsonValue } from '@muster/canonical-json'
import type { StoredFrontier } from '../merkle/compactRange.ts'
import type { LedgerHead, VerifiedPoint } from '../verification/ledgerVerifier.ts'
import type { LedgerEntry } from '../verification/verdict.ts'

export const exportFormat = 'muster-ledger/v1'

/** A signing key as the tenant's key history names it. */
export interface ExportedKey {
  readonly kid: string
  /** 32 bytes: lower-case hex, base64 or unpadded base64url. */
  readonly publicKey: string
  readonly state: 'active' | 'retiring' | 'retired'
  /** ISO instants; `to` is null while the key signs. */
  readonly from: string
  readonly to: string | null
}

export interface ExportHeader {
  readonly format: typeof exportFormat
  readonly origin: string
  readonly tenant: string
  readonly keys: readonly ExportedKey[]
  readonly head: LedgerHead
  /** Present when the file does not begin with entry 1. */
  readonly from?: VerifiedPoint
  readonly exportedAt?: string
}

export type ExportLine =
  | { readonly kind: 'header'; readonly header: ExportHeader }
  | { readonly kind: 'entry'; readonly entry: LedgerEntry }
  | { readonly kind: 'checkpoint'; readonly note: string }

export class BadExportLine extends Error {
  override readonly name = 'BadExportLine'
}

/** A body has a few hundred bytes; a header with centuries of keys stays far below this. */
export const lineBytesMax = 4 * 1_048_576

export function writeHeaderLine(header: Omit<ExportHeader, 'format'>): string {
  return `${JSON.stringify({ format: exportFormat, ...header })}\n`
}

export function writeEntryLine(entry: LedgerEntry): string {
  return `${JSON.stringify(entry)}\n`
}

/** @param checkpoint the signed note, exactly. */
export function writeCheckpointLine(checkpoint: string): string {
  return `${JSON.stringify({ checkpoint })}\n`
}

/** Reads one line. @throws BadExportLine when it is none of the three. */
export function parseExportLine(line: Uint8Array | string): ExportLine {
  let value: JsonValue
  try {
    value = parseStrict(line, { maxBytes: lineBytesMax })
  } catch (error) {
    if (error instanceof UnsafeJson) throw new BadExportLine(`the line is not safe JSON: ${error.message}`)
    throw error
  }
  const object = asObject(value)
  if (object === null) throw new BadExportLine('the line is not a JSON object')
  if (object['format'] !== undefined) return { kind: 'header', header: readHeader(object) }
  const note = object['checkpoint']
  if (typeof note === 'string') return { kind: 'checkpoint', note }
  if (object['leafHash'] !== undefined) return { kind: 'entry', entry: readExportedEntry(object) }
  throw new BadExportLine('the line is neither header, entry nor checkpoint')
}

const labels = ['previousLink', 'id', 'type', 'occurredAt'] as const
const entryFields: ReadonlySet<string> = new Set(['seq', 'leafHash', 'link', 'body', ...labels])

/**
 * Reads an entry as published, e.g. a node of the query `ledger`; fields it does not know are left alone. Hashes and
 * the number are judged by the verifier, which knows the place. @throws BadExportLine
 */
export function readEntry(value: JsonValue): LedgerEntry {
  const object = asObject(value)
  if (object === null) throw new BadExportLine('an entry is not a JSON object')
  const textOrNull = (name: string): string | null => {
    const field = object[name] ?? null
    // A body that is there but is no text must not pass for one that was withheld.
    if (field !== null && typeof field !== 'string') throw new BadExportLine(`\`${name}\` is neither text nor null`)
    return field
  }
  const seq = object['seq']
  return {
    seq: typeof seq === 'number' || typeof seq === 'string' ? seq : Number.NaN,
    leafHash: textOrNull('leafHash') ?? '',
    link: textOrNull('link') ?? '',
    previousLink: textOrNull('previousLink'),
    body: textOrNull('body'),
    id: textOrNull('id'),
    type: textOrNull('type'),
    occurredAt: textOrNull('occurredAt'),
  }
}

/** In an export the fields are a closed set, so that no damage to a name goes unnoticed. */
export function readExportedEntry(object: JsonObject): LedgerEntry {
  const foreign = Object.keys(object).find((name) => !entryFields.has(name))
  if (foreign !== undefined) throw new BadExportLine('an entry has a field of another name')
  if (object['body'] === undefined) throw new BadExportLine('an entry has no `body`')
  return readEntry(object)
}

/** Reads a head, of a header or of the query `ledgerHead`. @throws BadExportLine */
export function readHead(value: JsonValue | undefined): LedgerHead {
  const object = asObject(value)
  const seq = Number(object?.['seq'])
  if (object === null || !Number.isSafeInteger(seq) || seq < 0) throw new BadExportLine('the head has no `seq`')
  const link = object['link']
  const rootHash = object['rootHash']
  return {
    seq,
    link: typeof link === 'string' ? link : null,
    rootHash: typeof rootHash === 'string' ? rootHash : null,
  }
}

/** Reads a key history. @throws BadExportLine */
export function readKeys(value: JsonValue | undefined): ExportedKey[] {
  if (!Array.isArray(value)) throw new BadExportLine('`keys` is not a list')
  return (value as readonly JsonValue[]).map((item) => {
    const object = asObject(item)
    const kid = object?.['kid']
    const publicKey = object?.['publicKey']
    const state = object?.['state']
    const from = object?.['from']
    const to = object?.['to'] ?? null
    if (
      typeof kid !== 'string' ||
      typeof publicKey !== 'string' ||
      (state !== 'active' && state !== 'retiring' && state !== 'retired') ||
      typeof from !== 'string' ||
      (to !== null && typeof to !== 'string')
    ) {
      throw new BadExportLine('a key needs `kid`, `publicKey`, `state`, `from` and `to`')
    }
    return { kid, publicKey, state, from, to }
  })
}

function readHeader(object: JsonObject): ExportHeader {
  const { format, origin, tenant, from, exportedAt } = object
  if (format !== exportFormat)
    throw new BadExportLine(`the format is \`${JSON.stringify(format)}\`, not \`${exportFormat}\``)
  if (typeof origin !== 'string' || origin === '') throw new BadExportLine('the header has no `origin`')
  if (typeof tenant !== 'string') throw new BadExportLine('the header has no `tenant`')
  return {
    format,
    origin,
    tenant,
    keys: readKeys(object['keys']),
    head: readHead(object['head']),
    ...(from === undefined || from === null ? {} : { from: readPoint(from) }),
    ...(typeof exportedAt === 'string' ? { exportedAt } : {}),
  }
}

function readPoint(value: JsonValue): VerifiedPoint {
  const object = asObject(value)
  const frontier = asObject(object?.['frontier'])
  const { seq, link } = object ?? {}
  const size = frontier?.['size']
  const hashes = frontier?.['hashes']
  if (
    typeof seq !== 'number' ||
    typeof link !== 'string' ||
    typeof size !== 'number' ||
    !Array.isArray(hashes) ||
    !hashes.every((hash): hash is string => typeof hash === 'string')
  ) {
    throw new BadExportLine('`from` needs `seq`, `link` and `frontier`')
  }
  return { seq, link, frontier: { size, hashes } satisfies StoredFrontier }
}

function asObject(value: JsonValue | undefined): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
}
