/**
 * The ledger's filter between the address and the graph: the names of its
 * fields, and what the tokens written with them ask for. Pure.
 */
import { freeText, parseTokens, valuesOf, type FieldGrammar } from '../parts/tokens/grammar.ts'

export const ledgerGrammar = [
  { name: 'type', kind: 'text' },
  { name: 'subject', kind: 'text', isSingle: true },
  { name: 'actor', kind: 'text', isSingle: true },
  { name: 'agent', kind: 'text', isSingle: true },
  { name: 'since', kind: 'text', isSingle: true },
  { name: 'until', kind: 'text', isSingle: true },
] as const satisfies readonly FieldGrammar[]

/** As the graph takes it. */
export interface LedgerFilter {
  types?: string[]
  subjectType?: string
  subjectId?: string
  actorId?: string
  agentId?: string
  since?: string
  until?: string
  fromSeq?: string
  toSeq?: string
}

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** An instant from `7d` (that long ago), a day, or an instant; what is none of them is a time before all others. */
export function instantOf(text: string, nowMs: number): string {
  const [, amount, unit] = /^(\d{1,4})([mhdw])$/.exec(text) ?? []
  const ms = amount === undefined ? Date.parse(text) : nowMs - Number(amount) * unitMs[unit as keyof typeof unitMs]
  return new Date(Number.isNaN(ms) ? 0 : ms).toISOString()
}

/** @param at the number to begin at, going back. */
export function ledgerFilterOf(query: string | undefined, at: string | undefined, nowMs: number): LedgerFilter {
  const { tokens } = parseTokens(query ?? '', ledgerGrammar)
  const one = (field: string): string | undefined => valuesOf(tokens, field)[0]
  const filter: LedgerFilter = {}
  const types = valuesOf(tokens, 'type')
  if (types.length > 0) filter.types = [...types]
  // `approval`, an id, or both: `approval/0190…`. A text by itself is looked up as an id.
  const subject = one('subject') ?? freeText(tokens)
  if (subject !== undefined) Object.assign(filter, subjectOf(subject))
  const [actor, agent, since, until] = ['actor', 'agent', 'since', 'until'].map(one)
  if (actor !== undefined) filter.actorId = actor
  if (agent !== undefined) filter.agentId = agent
  if (since !== undefined) filter.since = instantOf(since, nowMs)
  if (until !== undefined) filter.until = instantOf(until, nowMs)
  if (at !== undefined && /^[1-9]\d{0,15}$/.test(at)) filter.toSeq = at
  return filter
}

function subjectOf(subject: string): LedgerFilter {
  const [type, id] = subject.split('/', 2)
  if (id !== undefined && type !== undefined && type !== '') return { subjectType: type, subjectId: id }
  return /^[a-z_]+$/.test(subject) ? { subjectType: subject } : { subjectId: subject }
}

/** Whether nothing but numbers is asked for: then every entry is shown, in scope or not. */
export function isWhole({ fromSeq: _from, toSeq: _to, ...rest }: LedgerFilter): boolean {
  return Object.keys(rest).length === 0
}
