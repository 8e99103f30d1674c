/**
 * Access reviews: what is recommended, who certifies, what a verdict may say
 * and what sign-off does. Pure: facts in, an answer or a refusal out.
 *
 * A campaign is OPEN, then SIGNED_OFF. Opening freezes the live grants in
 * scope with what is known of them; until sign-off verdicts are drafts.
 *
 * INVARIANT (no self-review): nobody is asked, or allowed, to certify a grant they gave.
 * INVARIANT (only narrower): no modification lets an agent do what its grant did not.
 */
import type { ReviewScopeItem } from '@muster/canonical-json'
import { exactWord, printableName } from '../words.ts'
import { reviewRefused, type ReviewRefusalCode } from './errors.ts'
import { dueDaysMax, justificationLengthMax } from './limits.ts'

export type Verdict = 'RECERTIFIED' | 'REVOKED' | 'MODIFIED'
export type Advice = 'KEEP' | 'REVOKE' | 'MODIFY'
export type MissedPolicy = 'KEEP' | 'REVOKE'
export type Effect = 'KEPT' | 'REVOKED' | 'NARROWED' | 'ALREADY_ENDED'

/** In the order in which they are asked; the first that holds is the reason. */
export const adviceReasons = [
  'AGENT_REVOKED',
  'NEVER_USED',
  'UNUSED_90_DAYS',
  'DENIED_OFTEN',
  'OVER_BROAD',
  'UNUSED_30_DAYS',
  'EXPIRES_SOON',
  'NOT_USED_YET',
  'IN_USE',
] as const
export type AdviceReason = (typeof adviceReasons)[number]

const dayMs = 86_400_000
/** A grant younger than this had no time to be used. */
const settleDays = 30
const unusedDaysLong = 90
const unusedDaysShort = 30
const expirySoonDays = 30
/** Refused at least this often, and more often than it was allowed. */
const deniedOften = 10

/** What is known of a grant when a campaign opens. Instants in milliseconds since the Unix epoch. */
export interface GrantFacts {
  agentStatus: string
  action: string | null
  mutates: boolean
  grantedAtMs: number
  expiresAtMs: number | null
  lastUsedAtMs: number | null
  used: number
  denied: number
}

/** The recommendation: the same facts give the same one, whoever asks. */
export function recommend(facts: GrantFacts, nowMs: number): { advice: Advice; reason: AdviceReason } {
  const daysSince = (ms: number): number => (nowMs - ms) / dayMs
  const { lastUsedAtMs: last } = facts
  if (facts.agentStatus === 'REVOKED') return { advice: 'REVOKE', reason: 'AGENT_REVOKED' }
  if (last === null && daysSince(facts.grantedAtMs) >= settleDays) return { advice: 'REVOKE', reason: 'NEVER_USED' }
  if (last !== null && daysSince(last) >= unusedDaysLong) return { advice: 'REVOKE', reason: 'UNUSED_90_DAYS' }
  if (facts.denied >= deniedOften && facts.denied > facts.used) return { advice: 'REVOKE', reason: 'DENIED_OFTEN' }
  if (facts.action === null && facts.mutates) return { advice: 'MODIFY', reason: 'OVER_BROAD' }
  if (last !== null && daysSince(last) >= unusedDaysShort)
    return { advice: facts.mutates ? 'REVOKE' : 'KEEP', reason: 'UNUSED_30_DAYS' }
  if (facts.expiresAtMs !== null && facts.expiresAtMs - nowMs <= expirySoonDays * dayMs)
    return { advice: 'KEEP', reason: 'EXPIRES_SOON' }
  return { advice: 'KEEP', reason: last === null ? 'NOT_USED_YET' : 'IN_USE' }
}

/** A person who may certify somewhere: `unit` null = the whole tenant. */
export interface Certifier {
  person: string
  role: 'team-lead' | 'org-admin' | 'tenant-admin'
  unit: string | null
}

/** Nearest first within a unit: whoever leads a team before whoever administers it. */
const roleOrder = ['team-lead', 'org-admin', 'tenant-admin'] as const

/**
 * Everybody above an agent who may certify its access, nearest first: its owner, then unit by unit upwards who
 * leads or administers it, then who administers the tenant.
 * @param unitPath the agent's team, then its ancestors.
 */
export function reviewersOf(owner: string, unitPath: readonly string[], certifiers: readonly Certifier[]): string[] {
  const at = (unit: string | null): string[] =>
    certifiers
      .filter((certifier) => certifier.unit === unit)
      .toSorted((a, b) => roleOrder.indexOf(a.role) - roleOrder.indexOf(b.role) || (a.person < b.person ? -1 : 1))
      .map(({ person }) => person)
  return [...new Set([owner, ...unitPath.flatMap(at), ...at(null)])]
}

/** The reviewer of one grant and who takes over. Null: nobody may. INVARIANT (no self-review) */
export function assign(
  chain: readonly string[],
  isActive: (person: string) => boolean,
  grantedBy: string,
): { reviewer: string; fallback: string | null } | null {
  const [reviewer, fallback] = chain.filter((person) => person !== grantedBy && isActive(person))
  return reviewer === undefined ? null : { reviewer, fallback: fallback ?? null }
}

type Placed = Pick<ReviewScopeItem, 'agentSlug' | 'tool' | 'action' | 'grant'>

/** The order of the frozen list: by agent, tool, action (every action first), id; compared by code unit, so that no locale moves it. */
export function inScopeOrder(a: Placed, b: Placed): number {
  return (
    compare(a.agentSlug, b.agentSlug) ||
    compare(a.tool, b.tool) ||
    compare(a.action ?? '', b.action ?? '') ||
    compare(a.grant, b.grant)
  )
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Name and due date as they will be stored. Throws INVALID_NAME, DUE_IN_PAST or DUE_TOO_FAR. */
export function wantedCampaign(input: { name: string; dueAt: Date }, nowMs: number): { name: string; dueAt: Date } {
  const name = printableName(input.name)
  if (name === null) throw reviewRefused('INVALID_NAME')
  if (input.dueAt.getTime() <= nowMs) throw reviewRefused('DUE_IN_PAST')
  if (input.dueAt.getTime() > nowMs + dueDaysMax * dayMs) throw reviewRefused('DUE_TOO_FAR')
  return { name, dueAt: input.dueAt }
}

/** Why this person may not leave a verdict on an item; null when they may. INVARIANT (no self-review) */
export function cannotDecide(
  item: { reviewerId: string; grantedBy: string; sealedAt: Date | null },
  person: string,
): ReviewRefusalCode | null {
  if (item.sealedAt !== null) return 'SIGNED_OFF'
  if (item.grantedBy === person) return 'SELF_REVIEW'
  return item.reviewerId === person ? null : 'NOT_REVIEWER'
}

export interface WantedVerdict {
  verdict: Verdict
  justification?: string | null | undefined
  modification?: { action?: string | null | undefined; expiresAt?: Date | null | undefined } | null | undefined
}

export interface Draft {
  verdict: Verdict
  justification: string | null
  action: string | null
  expiresAt: Date | null
}

/** The verdict as it will be stored. Throws the refusals about its words and its modification. INVARIANT (only narrower) */
export function draftVerdict(
  wanted: WantedVerdict,
  grant: { action: string | null; expiresAt: Date | null; advice: Advice },
  nowMs: number,
): Draft {
  const words = wanted.justification?.trim() ?? ''
  if (words.length > justificationLengthMax) throw reviewRefused('INVALID_JUSTIFICATION')
  const against = wanted.verdict === 'RECERTIFIED' && grant.advice !== 'KEEP'
  if (words === '' && (wanted.verdict === 'REVOKED' || against)) throw reviewRefused('JUSTIFICATION_REQUIRED')
  const justification = words === '' ? null : words
  const action = wanted.modification?.action ?? null
  const expiresAt = wanted.modification?.expiresAt ?? null
  if (wanted.verdict !== 'MODIFIED') {
    if (action !== null || expiresAt !== null) throw reviewRefused('UNMODIFIED_VERDICT')
    return { verdict: wanted.verdict, justification, action: null, expiresAt: null }
  }
  if (action === null && expiresAt === null) throw reviewRefused('NOTHING_MODIFIED')
  if (action !== null) {
    if (exactWord(action) === null || action === '*') throw reviewRefused('INVALID_ACTION')
    if (grant.action !== null) throw reviewRefused('NOT_NARROWER')
  }
  if (expiresAt !== null) {
    if (expiresAt.getTime() <= nowMs) throw reviewRefused('EXPIRY_IN_PAST')
    if (grant.expiresAt !== null && expiresAt.getTime() >= grant.expiresAt.getTime())
      throw reviewRefused('NOT_NARROWER')
  }
  return { verdict: 'MODIFIED', justification, action, expiresAt }
}

/** Why a campaign cannot be signed off now; null when it can. `seen`: items in the viewer's sight. */
export function cannotSignOff(
  campaign: { status: 'OPEN' | 'SIGNED_OFF'; dueAt: Date; itemCount: number },
  seen: { total: number; decided: number },
  nowMs: number,
): ReviewRefusalCode | null {
  if (campaign.status !== 'OPEN') return 'SIGNED_OFF'
  if (seen.total < campaign.itemCount) return 'NOT_ELIGIBLE'
  if (seen.decided < seen.total && campaign.dueAt.getTime() > nowMs) return 'UNDECIDED_ITEMS'
  return null
}

/** The verdict a policy gives to what was missed. */
export function missedVerdict(policy: MissedPolicy): Verdict {
  return policy === 'KEEP' ? 'RECERTIFIED' : 'REVOKED'
}

/** What a modified grant becomes: the old one where nothing narrower was said. Null: it would be over already. */
export function narrowed(
  grant: { action: string | null; expiresAt: Date | null },
  change: { action: string | null; expiresAt: Date | null },
  nowMs: number,
): { action: string | null; expiresAt: Date | null } | null {
  const expiresAt = change.expiresAt ?? grant.expiresAt
  if (expiresAt !== null && expiresAt.getTime() <= nowMs) return null
  return { action: change.action ?? grant.action, expiresAt }
}
