/**
 * What `muster verify` can read, brought to one shape: where the entries come
 * from, what they are held to, and whose keys the file names.
 *
 * Two forms: a `muster-ledger/v1` export (streamed, read twice: once for its
 * checkpoints, once for its entries), and the JSON answer of the GraphQL
 * queries `ledger` and `ledgerHead` (read whole).
 */
import { readFile } from 'node:fs/promises'
import { parseStrict, UnsafeJson, type JsonObject, type JsonValue } from '@muster/canonical-json'
import {
  BadExportLine,
  lineBytesMax,
  parseExportLine,
  readEntry,
  readHead,
  type ExportedKey,
  type LedgerEntry,
  type LedgerHead,
  type VerifiedPoint,
} from '@muster/ledger'
import { CannotAsk } from '../command.ts'
import { fileLines } from './fileLines.ts'

export interface LedgerSource {
  readonly origin: string
  readonly tenant: string | null
  readonly keys: readonly ExportedKey[]
  readonly head: LedgerHead
  readonly from: VerifiedPoint | null
  readonly checkpoints: readonly string[]
  readonly entries: Iterable<LedgerEntry> | AsyncIterable<LedgerEntry>
}

/** A line that cannot be read is an entry that is not sound; the verifier names its place. */
const unreadable: LedgerEntry = { seq: Number.NaN, leafHash: '', link: '', body: null }

/** A JSON answer is held in memory whole; larger ledgers come as exports. */
const documentBytesMax = 512 * 1_048_576

/** @throws CannotAsk when the file is not there or is neither of the two forms. */
export async function openLedgerSource(path: string): Promise<LedgerSource> {
  try {
    const first = await firstLine(path)
    return (await openExport(path, first)) ?? (await openDocument(path))
  } catch (error) {
    if (error instanceof BadExportLine || error instanceof UnsafeJson || error instanceof RangeError) {
      throw new CannotAsk(`\`${path}\` is not a ledger: ${error.message}`)
    }
    if (error instanceof Error && 'code' in error)
      throw new CannotAsk(`\`${path}\` cannot be read: ${String(error.code)}`)
    throw error
  }
}

async function firstLine(path: string): Promise<Buffer> {
  for await (const line of fileLines(path, documentBytesMax)) return Buffer.from(line)
  throw new CannotAsk(`\`${path}\` is empty`)
}

async function openExport(path: string, first: Buffer): Promise<LedgerSource | null> {
  if (!first.subarray(0, 64).includes('"format"')) return null
  const line = parseExportLine(first)
  if (line.kind !== 'header') return null
  const { origin, tenant, keys, head, from } = line.header
  const checkpoints: string[] = []
  for await (const bytes of fileLines(path, lineBytesMax)) {
    if (!isCheckpointLine(bytes)) continue
    const read = readLine(bytes)
    // A damaged checkpoint line is kept as it is: it will not open, and that is the verdict.
    checkpoints.push(read?.kind === 'checkpoint' ? read.note : bytes.toString('latin1'))
  }
  return { origin, tenant, keys, head, from: from ?? null, checkpoints, entries: exportEntries(path) }
}

async function* exportEntries(path: string): AsyncGenerator<LedgerEntry> {
  let header = true
  for await (const bytes of fileLines(path, lineBytesMax)) {
    if (header || isCheckpointLine(bytes)) {
      header = false
      continue
    }
    const line = readLine(bytes)
    yield line?.kind === 'entry' ? line.entry : unreadable
  }
}

function isCheckpointLine(bytes: Buffer): boolean {
  return bytes.subarray(0, 14).toString('latin1') === '{"checkpoint":'
}

function readLine(bytes: Buffer): ReturnType<typeof parseExportLine> | null {
  try {
    return parseExportLine(bytes)
  } catch (error) {
    if (error instanceof BadExportLine) return null
    throw error
  }
}

/** `{data?: {ledger: {nodes}, ledgerHead: {seq, link, rootHash, checkpoint, origin}}}`. */
async function openDocument(path: string): Promise<LedgerSource> {
  const whole = object(
    parseStrict(await readFile(path), { maxBytes: documentBytesMax }),
    'it is neither an export nor a JSON object',
  )
  const answer = whole['data'] === undefined ? whole : object(whole['data'], '`data` is not an object')
  const ledgerHead = object(answer['ledgerHead'], 'there is no `ledgerHead`')
  const nodes = object(answer['ledger'], 'there is no `ledger`')['nodes']
  const { origin, checkpoint } = ledgerHead
  if (!Array.isArray(nodes)) throw new BadExportLine('`ledger.nodes` is not a list')
  if (typeof origin !== 'string' || origin === '') throw new BadExportLine('`ledgerHead.origin` is missing')
  return {
    origin,
    tenant: null,
    keys: [],
    head: readHead(ledgerHead),
    from: null,
    checkpoints: typeof checkpoint === 'string' && checkpoint !== '' ? [checkpoint] : [],
    entries: documentEntries(nodes as readonly JsonValue[]),
  }
}

function* documentEntries(nodes: readonly JsonValue[]): Generator<LedgerEntry> {
  for (const node of nodes) {
    try {
      yield readEntry(node)
    } catch (error) {
      if (!(error instanceof BadExportLine)) throw error
      yield unreadable
    }
  }
}

function object(value: JsonValue | undefined, fault: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadExportLine(fault)
  return value as JsonObject
}
