/**
 * Who may decide a held action: separation of duties and eligibility.
 *
 * Pure, so that the same rule answers at the vote, again at completion, again
 * at redemption, and when the console explains why a button is disabled.
 *
 * INVARIANT (four eyes): nobody approves what they own, asked for, or have
 * done on their behalf; and nobody counts twice.
 */
import type { ActorKind, Role } from '@muster/kernel'

/** A role held, for one org unit and everything below it, or for the whole tenant (`null`). */
export interface RoleInScope {
  role: Role
  unit: string | null
}

export interface Approver {
  /** Person id. */
  id: string
  email: string | null
  kind: ActorKind
  /** The account is active: not deprovisioned, not locked. */
  active: boolean
  roles: readonly RoleInScope[]
}

export interface Vote {
  approver: string
  verdict: 'APPROVE' | 'REJECT'
}

/** Which separations apply; all of them unless a tenant's policy says otherwise. */
export interface Separation {
  owner: boolean
  requester: boolean
  onBehalfOf: boolean
}

export const fullSeparation: Separation = { owner: true, requester: true, onBehalfOf: true }

export interface ApprovalFacts {
  approver: Approver
  /** The agent's owner: person id or e-mail. */
  owner: string | null
  /** Everyone behind the request: ids or e-mails of the credential's subject and of the person who made it. */
  requesters: readonly string[]
  onBehalfOf: string | null
  /** The agent's team and every unit above it, as stamped when the action was held. */
  agentUnits: readonly string[]
  previousVotes: readonly Vote[]
  separation: Separation
}

export type ApprovalRefusal = 'SELF_APPROVAL' | 'NOT_ELIGIBLE' | 'ALREADY_DECIDED'

export type Eligibility = { ok: true } | { ok: false; code: ApprovalRefusal; message: string }

/** Roles whose holders supervise agents. Reading roles and plain owners do not approve. */
const approvingRoles: ReadonlySet<Role> = new Set(['approver', 'team-lead', 'org-admin', 'tenant-admin'])

function refuse(code: ApprovalRefusal, message: string): Eligibility {
  return { ok: false, code, message }
}

function sameIdentity(approver: Approver, other: string | null): boolean {
  if (other === null || other === '') return false
  const wanted = other.normalize('NFC').toLowerCase()
  return wanted === approver.id.toLowerCase() || wanted === approver.email?.normalize('NFC').toLowerCase()
}

/** Whether the approver's role reaches the agent: tenant-wide, or for one of its units. */
export function approvesFor(held: RoleInScope, agentUnits: readonly string[]): boolean {
  return approvingRoles.has(held.role) && (held.unit === null || agentUnits.includes(held.unit))
}

/** Whether this person may cast a vote now, and if not why, in words for them. */
export function mayApprove(facts: ApprovalFacts): Eligibility {
  const eligible = mayStillApprove(facts)
  if (!eligible.ok) return eligible
  if (facts.previousVotes.some((vote) => vote.approver === facts.approver.id)) {
    return refuse('ALREADY_DECIDED', 'you have decided this already')
  }
  return { ok: true }
}

/**
 * Whether a vote cast earlier still counts: the same rule without "voted
 * already", asked of every approver at completion and at redemption.
 */
export function mayStillApprove(facts: ApprovalFacts): Eligibility {
  const { approver, separation } = facts
  if (approver.kind !== 'person') return refuse('NOT_ELIGIBLE', 'only a person may decide an approval')
  if (!approver.active) return refuse('NOT_ELIGIBLE', 'this account is not active')
  if (separation.owner && sameIdentity(approver, facts.owner)) {
    return refuse('SELF_APPROVAL', 'the owner of the agent may not decide on its actions')
  }
  if (separation.requester && facts.requesters.some((requester) => sameIdentity(approver, requester))) {
    return refuse('SELF_APPROVAL', 'whoever requested the action may not decide on it')
  }
  if (separation.onBehalfOf && sameIdentity(approver, facts.onBehalfOf)) {
    return refuse('SELF_APPROVAL', 'the person the agent acts for may not decide on the action')
  }
  if (!approver.roles.some((held) => approvesFor(held, facts.agentUnits))) {
    return refuse('NOT_ELIGIBLE', 'none of your roles covers approvals for this team')
  }
  return { ok: true }
}
