/**
 * `--manifest FILE`: what an operator knows about tools that their names do not
 * say. It overrides the tables in both directions, because a person answers for it.
 *
 *   {"tools": [{"name", "mutates"?, "external"?, "description"?, "inputSchema"?}]}
 */
import { readFile } from 'node:fs/promises'
import { parseStrict, UnsafeJson, type JsonObject, type JsonValue } from '@muster/canonical-json'
import { CannotAsk } from '../../command.ts'
import { toolNameMax } from '../transcripts/limits.ts'

export interface ToolOverride {
  readonly mutates: boolean | null
  readonly external: boolean | null
  readonly description: string | null
  readonly inputSchema: JsonObject | null
}

export type ToolOverrides = ReadonlyMap<string, ToolOverride>

const fields: ReadonlySet<string> = new Set(['name', 'mutates', 'external', 'description', 'inputSchema'])

/** @throws CannotAsk when the file cannot be read or says something else. */
export async function readManifestFile(path: string): Promise<ToolOverrides> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (error) {
    throw new CannotAsk(`the manifest file \`${path}\` cannot be read`, { cause: error })
  }
  try {
    return parseManifest(bytes)
  } catch (error) {
    if (error instanceof UnsafeJson || error instanceof BadManifest) {
      throw new CannotAsk(`the manifest file \`${path}\`: ${error.message}`)
    }
    throw error
  }
}

class BadManifest extends Error {}

/** @throws BadManifest or UnsafeJson. */
function parseManifest(bytes: Uint8Array): ToolOverrides {
  const document = asObject(parseStrict(bytes))
  const tools = document?.['tools']
  if (!Array.isArray(tools)) throw new BadManifest('there is no list `tools`')
  const overrides = new Map<string, ToolOverride>()
  for (const entry of tools as readonly JsonValue[]) {
    const tool = asObject(entry)
    const name = tool?.['name']
    if (tool === null || typeof name !== 'string' || name === '' || name.length > toolNameMax) {
      throw new BadManifest('a tool has no `name`')
    }
    if (overrides.has(name)) throw new BadManifest(`the tool \`${name}\` stands there twice`)
    // A misspelt `mutate: true` must not be read as "nothing said".
    const foreign = Object.keys(tool).find((field) => !fields.has(field))
    if (foreign !== undefined)
      throw new BadManifest(`the tool \`${name}\` has a field \`${foreign}\` that means nothing`)
    overrides.set(name, {
      mutates: maybe(tool, 'mutates', 'boolean', name),
      external: maybe(tool, 'external', 'boolean', name),
      description: maybe(tool, 'description', 'string', name),
      inputSchema: schemaOf(tool['inputSchema'], name),
    })
  }
  return overrides
}

interface Typed {
  boolean: boolean
  string: string
}

function maybe<T extends keyof Typed>(tool: JsonObject, field: string, type: T, name: string): Typed[T] | null {
  const value = tool[field]
  if (value === undefined || value === null) return null
  if (typeof value !== type) throw new BadManifest(`\`${field}\` of the tool \`${name}\` is no ${type}`)
  return value as Typed[T]
}

function schemaOf(value: JsonValue | undefined, name: string): JsonObject | null {
  const schema = asObject(value)
  if (schema === null && value !== undefined && value !== null) {
    throw new BadManifest(`\`inputSchema\` of the tool \`${name}\` is no object`)
  }
  return schema
}

function asObject(value: JsonValue | undefined): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
}
