/**
 * The filter of the triage list: from the tokens in the address to what the
 * graph is asked. Pure, but for the hour it is given.
 */
import { findingStatuses } from '../frame/vocabulary.ts'
import type { TokenFieldDefinition } from '../parts/tokens/complete.ts'
import {
  comparisonsOf,
  freeText,
  parseTokens,
  valuesOf,
  type AgeUnit,
  type FieldGrammar,
} from '../parts/tokens/grammar.ts'
import { t } from '../texts.ts'
import { severities, type FindingFilter } from './documents.ts'

export const grammar = [
  { name: 'status', kind: 'words', words: findingStatuses.map((word) => word.toLowerCase()) },
  { name: 'severity', kind: 'words', words: severities.map((word) => word.toLowerCase()) },
  { name: 'type', kind: 'text' },
  { name: 'assignee', kind: 'words', words: ['me', 'nobody'], isSingle: true },
  { name: 'tag', kind: 'text', isSingle: true },
  { name: 'seen', kind: 'age' },
] as const satisfies readonly FieldGrammar[]

/** What the list shows when the address says nothing: what still asks for somebody. */
export const usualFilter = 'status:open,acknowledged'

const unitMs: Readonly<Record<AgeUnit, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  M: 30 * 86_400_000,
  y: 365 * 86_400_000,
}

/** @param me the viewer's own id. @param nowMs ages are counted back from here. */
export function filterOf(text: string, me: string | undefined, nowMs: number): FindingFilter {
  const { tokens } = parseTokens(text, grammar)
  const upper = (name: string): readonly string[] => valuesOf(tokens, name).map((value) => value.toUpperCase())
  const filter: FindingFilter = {}
  if (upper('status').length > 0) filter.statuses = upper('status')
  if (upper('severity').length > 0) filter.severities = upper('severity')
  if (valuesOf(tokens, 'type').length > 0) filter.types = valuesOf(tokens, 'type')
  const [assignee] = valuesOf(tokens, 'assignee')
  if (assignee === 'nobody') filter.unassigned = true
  if (assignee === 'me' && me !== undefined) filter.assignee = me
  const [tag] = valuesOf(tokens, 'tag')
  if (tag !== undefined) filter.tag = tag
  for (const token of comparisonsOf(tokens, 'seen')) {
    if (token.kind !== 'age') continue
    const at = new Date(nowMs - token.amount * unitMs[token.unit]).toISOString()
    // Seen longer ago than that is seen no later than then.
    if (token.comparison.startsWith('>')) filter.until = at
    else filter.since = at
  }
  const free = freeText(tokens)
  if (free !== undefined) filter.text = free
  return filter
}

/** The fields for people, with what their values can be. */
export function fieldsOf(rules: readonly { id: string; summary: string }[]): readonly TokenFieldDefinition[] {
  return grammar.map((field) => ({
    ...field,
    label: t.findings.fields[field.name],
    ...(field.name === 'type'
      ? {
          complete: (text: string) =>
            rules.filter(({ id }) => id.includes(text)).map(({ id, summary }) => ({ value: id, label: summary })),
        }
      : {}),
  }))
}
