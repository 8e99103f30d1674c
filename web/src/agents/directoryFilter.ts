/**
 * The directory's filter between the address and the graph: the names of its
 * fields, and what the tokens written with them ask for. Pure.
 */
import { agentStatuses, riskTiers, type AgentStatus, type RiskTier } from '../frame/vocabulary.ts'
import { comparisonsOf, freeText, valuesOf, type FieldGrammar, type Token } from '../parts/tokens/grammar.ts'

const lower = (words: readonly string[]): string[] => words.map((word) => word.toLowerCase())
const scoreFields = { score: 'RISK', identity: 'IDENTITY', reliability: 'RELIABILITY', autonomy: 'AUTONOMY' } as const

export const directoryGrammar = [
  { name: 'owner', kind: 'text' },
  { name: 'team', kind: 'text' },
  { name: 'tier', kind: 'words', words: lower(riskTiers), isNegatable: true },
  { name: 'status', kind: 'words', words: lower(agentStatuses), isNegatable: true },
  { name: 'env', kind: 'text' },
  { name: 'model', kind: 'text', isSingle: true },
  { name: 'score', kind: 'number', words: ['none'] },
  { name: 'seen', kind: 'age', words: ['never'] },
  { name: 'identity', kind: 'number' },
  { name: 'reliability', kind: 'number' },
  { name: 'autonomy', kind: 'number' },
] as const satisfies readonly FieldGrammar[]

export type DirectoryField = (typeof directoryGrammar)[number]['name']

interface ScoreRange {
  score: (typeof scoreFields)[keyof typeof scoreFields]
  above?: number
  atLeast?: number
  below?: number
  atMost?: number
}

/** As the graph takes it. */
export interface AgentFilter {
  text?: string
  owners?: string[]
  orgUnits?: string[]
  riskTiers?: RiskTier[]
  statuses?: AgentStatus[]
  environments?: string[]
  model?: string
  scores?: ScoreRange[]
  hasEvidence?: boolean
  notSeenFor?: string
  seenWithin?: string
  everSeen?: boolean
}

/** How names in a filter become ids; a name nobody has stays as it is, and matches nothing. */
export interface Names {
  readonly units: (name: string) => readonly string[]
  readonly owners: (name: string) => readonly string[]
}

export function filterOf(tokens: readonly Token[], names: Names): AgentFilter {
  const filter: AgentFilter = {}
  const text = freeText(tokens)
  if (text !== undefined) filter.text = text
  const owners = valuesOf(tokens, 'owner').flatMap(names.owners)
  if (owners.length > 0) filter.owners = owners
  const units = valuesOf(tokens, 'team').flatMap(names.units)
  if (units.length > 0) filter.orgUnits = units
  const tiers = among(tokens, 'tier', riskTiers)
  if (tiers !== null) filter.riskTiers = tiers
  const statuses = among(tokens, 'status', agentStatuses)
  if (statuses !== null) filter.statuses = statuses
  const environments = valuesOf(tokens, 'env')
  if (environments.length > 0) filter.environments = [...environments]
  const [model] = valuesOf(tokens, 'model')
  if (model !== undefined) filter.model = model
  const scores = Object.entries(scoreFields).flatMap(([field, score]) =>
    comparisonsOf(tokens, field).flatMap((token): ScoreRange[] =>
      token.kind === 'number' ? [{ score, ...boundsOf(token.comparison, token.value) }] : [],
    ),
  )
  if (scores.length > 0) filter.scores = scores
  if (valuesOf(tokens, 'score').includes('none')) filter.hasEvidence = false
  if (valuesOf(tokens, 'seen').includes('never')) filter.everSeen = false
  for (const token of comparisonsOf(tokens, 'seen')) {
    if (token.kind !== 'age') continue
    // `seen>30d`: longer ago than 30 days. Written twice, the later counts.
    filter[token.comparison.startsWith('>') ? 'notSeenFor' : 'seenWithin'] = `${token.amount}${token.unit}`
  }
  return filter
}

function boundsOf(comparison: string, value: number): Omit<ScoreRange, 'score'> {
  switch (comparison) {
    case '<':
      return { below: value }
    case '<=':
      return { atMost: value }
    case '>':
      return { above: value }
    case '>=':
      return { atLeast: value }
    default:
      return { atLeast: value, atMost: value }
  }
}

/** Of a closed set: those named, without those named with a minus; null when neither is. */
function among<Word extends string>(tokens: readonly Token[], field: string, all: readonly Word[]): Word[] | null {
  const wanted = valuesOf(tokens, field)
  const unwanted = valuesOf(tokens, field, true)
  if (wanted.length === 0 && unwanted.length === 0) return null
  const named = (words: readonly string[], word: Word): boolean => words.includes(word.toLowerCase())
  return all.filter((word) => (wanted.length === 0 || named(wanted, word)) && !named(unwanted, word))
}

const orders = {
  agent: 'NAME',
  slug: 'SLUG',
  status: 'STATUS',
  tier: 'TIER',
  risk: 'RISK',
  seen: 'LAST_SEEN',
  created: 'CREATED',
} as const

export interface AgentOrder {
  field: (typeof orders)[keyof typeof orders]
  direction: 'ASC' | 'DESC'
}

/** `-risk` in the address: the largest first. What no column says is the order by slug. */
export function orderOf(sort: string | undefined): AgentOrder {
  const name = sort?.replace(/^-/, '') ?? ''
  const field = Object.hasOwn(orders, name) ? orders[name as keyof typeof orders] : 'SLUG'
  return { field, direction: sort?.startsWith('-') === true ? 'DESC' : 'ASC' }
}
