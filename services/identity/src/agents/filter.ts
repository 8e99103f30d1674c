/**
 * The directory's filter as SQL: constant fragments, each with its parameters.
 *
 * Only the parts that were given become conditions, so that a list nobody
 * filters by score reads no score. What a caller wrote is always a parameter.
 * Pure: a filter in, fragments and values out; `null` when nothing can match.
 */
import { Fault, isUuid, type AgentStatus, type RiskTier } from '@muster/kernel'

export type ScoreName = 'IDENTITY' | 'RISK' | 'RELIABILITY' | 'AUTONOMY'

type Given<T> = T | null | undefined

export interface ScoreRange {
  score: ScoreName
  above?: Given<number>
  atLeast?: Given<number>
  below?: Given<number>
  atMost?: Given<number>
}

export interface AgentFilter {
  orgUnit?: Given<string>
  orgUnits?: Given<readonly string[]>
  /** E-mail address or id. */
  owner?: Given<string>
  owners?: Given<readonly string[]>
  riskTier?: Given<RiskTier>
  riskTiers?: Given<readonly RiskTier[]>
  status?: Given<AgentStatus>
  statuses?: Given<readonly AgentStatus[]>
  environments?: Given<readonly string[]>
  model?: Given<string>
  text?: Given<string>
  scoreAbove?: Given<number>
  scoreBelow?: Given<number>
  scores?: Given<readonly ScoreRange[]>
  hasEvidence?: Given<boolean>
  notSeenFor?: Given<string>
  seenWithin?: Given<string>
  everSeen?: Given<boolean>
}

/** What a condition reads beside the agent itself. */
export type Reads = 'risk' | 'scores' | 'activity'

export interface Matching {
  /** Conditions over the agent and its scores, alias `a`. */
  where: readonly string[]
  /** Conditions over the last activity, `a.seen_at`: asked of those alone that pass the others. */
  whereSeen: readonly string[]
  reads: ReadonlySet<Reads>
  /** The values of `$1` and on. */
  values: readonly unknown[]
}

interface Means {
  nowMs: number
  emailIndex: (email: string) => Buffer
}

/** More alternatives than this in one part are a mistake. */
const alternativesMax = 200

const scoreColumns = {
  IDENTITY: 'a.identity_score',
  RISK: 'a.risk_score',
  RELIABILITY: 'a.reliability_score',
  AUTONOMY: 'a.autonomy_score',
} as const satisfies Record<ScoreName, string>

/** The conditions a filter makes. A span or a list that is none is a `BAD_REQUEST`. */
export function matchingOf(filter: AgentFilter | null | undefined, { nowMs, emailIndex }: Means): Matching | null {
  const where: string[] = []
  const whereSeen: string[] = []
  const reads = new Set<Reads>()
  const values: unknown[] = []
  const value = (given: unknown): string => `$${values.push(given)}`
  const given = filter ?? {}

  const units = alternatives('orgUnits', given.orgUnit, given.orgUnits)
  if (units !== null) {
    const known = units.filter(isUuid)
    if (known.length === 0) return null
    // The unit itself must be visible: a path may name ancestors outside the caller's scope.
    where.push(`a.team_id IN (SELECT u.id FROM workforce.published_unit u WHERE u.path && coalesce(
      (SELECT array_agg(t.id) FROM workforce.published_unit t WHERE t.id = ANY (${value(known)}::uuid[])), '{}'))`)
  }
  const owners = alternatives('owners', given.owner, given.owners)
  if (owners !== null) {
    const ids = owners.filter(isUuid)
    const indexes = owners.filter((owner) => !isUuid(owner)).map((email) => emailIndex(email).toString('hex'))
    where.push(`(a.owner_id = ANY (${value(ids)}::uuid[]) OR a.owner_id IN (SELECT p.id FROM identity.person p
      WHERE p.email_index IN (SELECT decode(hex, 'hex') FROM unnest(${value(indexes)}::text[]) AS hex)))`)
  }
  const among = (column: string, name: string, one: Given<string>, many: Given<readonly string[]>): void => {
    const wanted = alternatives(name, one, many)
    if (wanted !== null) where.push(`${column} = ANY (${value(wanted.filter(isStorable))}::text[])`)
  }
  among('a.risk_tier', 'riskTiers', given.riskTier, given.riskTiers)
  among('a.status', 'statuses', given.status, given.statuses)
  among('a.environment', 'environments', null, given.environments)

  for (const [columns, text] of [
    [['a.model'], given.model],
    [['a.slug', 'a.display_name'], given.text],
  ] as const) {
    const wanted = text?.trim() ?? ''
    if (wanted === '') continue
    if (!isStorable(wanted)) return null
    const pattern = value(containing(wanted))
    where.push(`(${columns.map((column) => `${column} ILIKE ${pattern}::text`).join(' OR ')})`)
  }

  const risk: ScoreRange = { score: 'RISK', above: given.scoreAbove, below: given.scoreBelow }
  const ranges: readonly ScoreRange[] = [risk, ...(given.scores ?? [])]
  if (ranges.length > alternativesMax) throw tooMany('scores')
  for (const range of ranges) {
    for (const [bound, comparison] of comparisons) {
      const limit = range[bound]
      if (typeof limit !== 'number') continue
      // No evidence is no number: it is neither above nor below.
      where.push(`${scoreColumns[range.score]} ${comparison} ${value(limit)}::float8`)
      reads.add(range.score === 'RISK' ? 'risk' : 'scores')
    }
  }
  if (typeof given.hasEvidence === 'boolean') {
    where.push(`a.risk_score IS ${given.hasEvidence ? 'NOT NULL' : 'NULL'}`)
    reads.add('risk')
  }

  if (typeof given.notSeenFor === 'string') {
    reads.add('activity')
    whereSeen.push(`a.seen_at < ${value(agoOf('notSeenFor', given.notSeenFor, nowMs))}::timestamptz`)
  }
  if (typeof given.seenWithin === 'string') {
    reads.add('activity')
    whereSeen.push(`a.seen_at >= ${value(agoOf('seenWithin', given.seenWithin, nowMs))}::timestamptz`)
  }
  if (typeof given.everSeen === 'boolean') {
    reads.add('activity')
    whereSeen.push(`a.seen_at ${given.everSeen ? '>' : '='} '-infinity'`)
  }
  return { where, whereSeen, reads, values }
}

const comparisons = [
  ['above', '>'],
  ['atLeast', '>='],
  ['below', '<'],
  ['atMost', '<='],
] as const

/** The alternatives of a part; null when it was not given. An empty list matches nothing. */
function alternatives(name: string, one: Given<string>, many: Given<readonly string[]>): string[] | null {
  if (typeof one !== 'string' && !Array.isArray(many)) return null
  if ((many?.length ?? 0) > alternativesMax) throw tooMany(name)
  if (typeof one !== 'string') return [...(many ?? [])]
  return Array.isArray(many) ? many.filter((each) => each === one) : [one]
}

const tooMany = (name: string): Fault =>
  new Fault('BAD_REQUEST', `\`${name}\` takes at most ${alternativesMax} alternatives`)

const spanPattern = /^([1-9]\d{0,3})([mhdwMy])$/
const dayMs = 86_400_000
/** Months and years as people round them. */
const unitMs = { m: 60_000, h: 3_600_000, d: dayMs, w: 7 * dayMs, M: 30 * dayMs, y: 365 * dayMs } as const

/** The instant a span before now, as text: `90m`, `12h`, `30d`, `2w`, `3M`, `1y`. */
function agoOf(name: string, span: string, nowMs: number): string {
  const parts = spanPattern.exec(span)
  if (parts === null) throw new Fault('BAD_REQUEST', `\`${name}\` must be a span such as \`30d\`, \`12h\` or \`90m\``)
  return new Date(nowMs - Number(parts[1]) * unitMs[parts[2] as keyof typeof unitMs]).toISOString()
}

/** An ILIKE pattern for "contains `text`", every wildcard of the text taken literally. */
export function containing(text: string): string {
  return `%${text.normalize('NFC').replace(/[\\%_]/g, (character) => `\\${character}`)}%`
}

/** PostgreSQL stores neither NUL nor half a surrogate pair, so nothing there contains one. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}
