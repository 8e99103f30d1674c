/**
 * Reading vectors: a file that is not as its set promises is an error that
 * names it, never a case that silently does not count.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromBase64 } from '@muster/ledger'
import { parseStrict, type JsonObject, type JsonValue } from '@muster/canonical-json'

/** Every `.json` file below a folder, sorted, as paths relative to it. */
export async function jsonFilesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true })
  return found.filter((file) => file.endsWith('.json')).sort()
}

export async function readJsonFile(folder: string, file: string): Promise<JsonObject> {
  // Some probes hold numbers beyond 2^53 on purpose.
  const value = parseStrict(await readFile(join(folder, file)), { bigNumbers: 'allow', maxBytes: 64 * 1_048_576 })
  return object(value, file)
}

export function object(value: JsonValue | undefined, what: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${what}: not an object`)
  return value as JsonObject
}

export function list(value: JsonValue | undefined, what: string): readonly JsonValue[] {
  if (!Array.isArray(value)) throw new TypeError(`${what}: not a list`)
  return value as readonly JsonValue[]
}

export function string(value: JsonValue | undefined, what: string): string {
  if (typeof value !== 'string') throw new TypeError(`${what}: not a string`)
  return value
}

export function number(value: JsonValue | undefined, what: string): number {
  if (typeof value !== 'number') throw new TypeError(`${what}: not a number`)
  return value
}

export function boolean(value: JsonValue | undefined, what: string): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${what}: not a boolean`)
  return value
}

export function bytes(value: JsonValue | undefined, what: string): Uint8Array {
  const decoded = fromBase64(string(value, what))
  if (decoded === null) throw new TypeError(`${what}: not base64`)
  return decoded
}
