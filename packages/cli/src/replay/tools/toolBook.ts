/**
 * What is known of every tool that was called: what becomes its manifest, and
 * whether what it answers came from outside.
 *
 * An operator's word goes before the tables; the transcript's own word counts
 * for description and schema alone, because what an agent was told about its
 * tools must not decide what it may do with them.
 */
import type { JsonObject } from '@muster/canonical-json'
import { callsOf, type Transcript } from '../transcripts/transcript.ts'
import type { ToolOverrides } from './manifestFile.ts'
import { readsOutside } from './outsideWords.ts'
import { onlyReads } from './readingVerbs.ts'

export interface KnownTool {
  readonly name: string
  readonly description: string
  readonly inputSchema: JsonObject
  readonly mutates: boolean
  readonly external: boolean
}

export type ToolBook = ReadonlyMap<string, KnownTool>

export interface ToolRules {
  readonly overrides: ToolOverrides
  /** `--external REGEX`: further tools whose answers come from outside. */
  readonly external: RegExp | null
}

/** Said of a tool nobody described. */
const undescribed = 'Known from recorded runs'

/** Every tool called in these transcripts, by name; a description is the first one offered, in the order of the files. */
export function toolBook(transcripts: readonly Transcript[], rules: ToolRules): ToolBook {
  const offered = new Map(
    transcripts
      .flatMap((one) => one.offered)
      .toReversed()
      .map((tool) => [tool.name, tool]),
  )
  const names = new Set(transcripts.flatMap((one) => callsOf(one).map(({ tool }) => tool)))
  const book = new Map<string, KnownTool>()
  for (const name of [...names].toSorted()) {
    const override = rules.overrides.get(name)
    book.set(name, {
      name,
      description: override?.description ?? offered.get(name)?.description ?? undescribed,
      inputSchema: override?.inputSchema ?? offered.get(name)?.inputSchema ?? { type: 'object' },
      mutates: override?.mutates ?? !onlyReads(name),
      external: override?.external ?? (readsOutside(name) || (rules.external?.test(name) ?? false)),
    })
  }
  return book
}
