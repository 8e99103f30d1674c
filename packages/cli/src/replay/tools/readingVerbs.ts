/**
 * Which tools only read, judged by their names: the table, and nothing else.
 *
 * It is short on purpose. A tool taken for a changing one is held or denied
 * where it might have passed; one taken for a reading one acts unseen. So a
 * tool mutates unless its name begins with a verb that cannot mean a change, and
 * verbs that can (`verify`, `review`, `query`, `refresh`, `resolve`, `run`) are left out.
 * `--manifest FILE` says what a name does not (docs/specs/replay.md).
 */
import { toolWords } from './toolWords.ts'

interface VerbRule {
  /** The second word must be one of these. */
  readonly only?: readonly string[]
  /** The second word must be none of these: it changes what the verb means. */
  readonly never?: readonly string[]
}

const documents = ['page', 'webpage', 'website', 'web', 'site', 'url', 'link', 'document', 'doc', 'file', 'tab']

/** Verb → when it reads. The verb is the first word of the name, behind any namespace. */
export const readingVerbs: Readonly<Record<string, VerbRule>> = {
  browse: {},
  check: { never: ['in', 'out', 'off', 'into'] },
  compare: {},
  count: {},
  describe: {},
  fetch: {},
  find: {},
  get: { never: ['rid'] },
  inspect: {},
  list: { never: ['for'] },
  locate: {},
  look: { only: ['up', 'at', 'for'] },
  lookup: {},
  // A ticket, an account or a door can be opened too.
  open: { only: documents },
  preview: {},
  read: {},
  retrieve: {},
  search: {},
  show: {},
  view: {},
}

/** Whole names that say the same the other way round. */
export const readingNames: ReadonlySet<string> = new Set([
  'web search',
  'file search',
  'google search',
  'bing search',
  'document search',
])

/** A name that goes on after one of these does a second thing: `find_and_replace`, `get_or_create`. */
export const connectives: ReadonlySet<string> = new Set(['and', 'or', 'then'])

/** True when the name promises to read only; anything else is taken to change something. */
export function onlyReads(name: string): boolean {
  const { own } = toolWords(name)
  if (own.some((word) => connectives.has(word))) return false
  if (readingNames.has(own.join(' '))) return true
  const [verb, next] = own
  const rule = verb !== undefined && Object.hasOwn(readingVerbs, verb) ? readingVerbs[verb] : undefined
  if (rule === undefined) return false
  if (rule.only !== undefined) return next !== undefined && rule.only.includes(next)
  return next === undefined || !(rule.never ?? []).includes(next)
}
