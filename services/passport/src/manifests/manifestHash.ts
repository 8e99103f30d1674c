/**
 * What a tool is, as bytes and their hash (docs/specs/manifest.md).
 *
 * hash = SHA-256("muster/manifest/v1\n" ‖ JCS{description, inputSchema, mutates,
 * name, server}). Pure. Whether a call may change anything is part of it: the
 * same schema declared harmless is another manifest.
 */
import { canonicalDepthMax, canonicalize, hashCanonicalText, parseStrict, UnsafeJson } from '@muster/canonical-json'
import { duplicateTool, invalidManifest, unsafeTool } from './errors.ts'

/** Never equal to a payload, an action or a ledger leaf. */
const manifestDomain = 'muster/manifest/v1\n'

const nameLengthMax = 200
export const toolsMax = 200
/** A schema larger than this is no description of arguments. */
const canonicalBytesMax = 65_536

export interface ToolDescription {
  name: string
  description?: string | null | undefined
  inputSchema?: unknown
  mutates: boolean
}

export interface CanonicalTool {
  tool: string
  mutates: boolean
  canonical: Buffer
  /** Lower-case hex. */
  hash: string
}

/** The fields as they are hashed; absent ones are explicit. */
export function canonicalTool(server: string, tool: ToolDescription): CanonicalTool {
  let text: string
  try {
    text = canonicalize({
      description: tool.description ?? '',
      inputSchema: tool.inputSchema ?? null,
      mutates: tool.mutates,
      name: tool.name,
      server,
    })
  } catch (error) {
    if (error instanceof UnsafeJson) throw unsafeTool(tool.name, error.message)
    throw error
  }
  const canonical = Buffer.from(text, 'utf8')
  if (canonical.length > canonicalBytesMax) {
    throw invalidManifest(`the description of \`${tool.name}\` is larger than ${canonicalBytesMax} bytes`)
  }
  return { tool: tool.name, mutates: tool.mutates, canonical, hash: hashCanonicalText(manifestDomain, text) }
}

/** All tools of one call. Throws `INVALID_INPUT`, `DUPLICATE_TOOL`, `UNSAFE_PAYLOAD`. */
export function canonicalTools(server: string, tools: readonly ToolDescription[]): CanonicalTool[] {
  if (!isName(server)) throw invalidManifest(`\`server\` has 1 to ${nameLengthMax} characters`)
  if (tools.length === 0 || tools.length > toolsMax)
    throw invalidManifest(`1 to ${toolsMax} tools are pinned at a time`)
  const names = new Set<string>()
  return tools.map((tool) => {
    if (!isName(tool.name)) throw invalidManifest(`a tool's name has 1 to ${nameLengthMax} characters`)
    if (names.has(tool.name)) throw duplicateTool(tool.name)
    names.add(tool.name)
    return canonicalTool(server, tool)
  })
}

/** What PostgreSQL counts as characters are code points; it stores no zero byte. */
function isName(text: string): boolean {
  return text !== '' && Array.from(text).length <= nameLengthMax && text.isWellFormed() && !text.includes('\0')
}

/** What stored canonical bytes say beside the columns. */
export function describedIn(canonical: Uint8Array): { description: string; inputSchema: unknown } {
  const limits = { maxBytes: canonicalBytesMax, maxDepth: canonicalDepthMax }
  const fields = parseStrict(canonical, limits) as { description: string; inputSchema: unknown }
  return { description: fields.description, inputSchema: fields.inputSchema }
}
