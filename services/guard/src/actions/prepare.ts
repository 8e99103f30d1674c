/**
 * One decision, evaluated and made ready to commit: outside any lock, against
 * the last known standing. Evaluated again when that standing was stale.
 */
import {
  actionHashOfText,
  canonicalAction,
  canonicalize,
  canonicalPayload,
  payloadHashOfText,
} from '@muster/canonical-json'
import { handoverFor, type RequestScope } from '@muster/db'
import { isUuid, newId, type Claims, type Outcome, type Trust } from '@muster/kernel'
import { monthOf, newSalt, sealJson, sealJsonSync } from '@muster/keys'
import { decide, factsFrom, type ReasonCode } from '@muster/policy'
import type { GuardRoom } from '../room.ts'
import { requestDigest, safely, type AuthorizeRequest } from './input.ts'
import { Standings, type KnownStanding, type StandingKey } from './standings.ts'

/** Long enough for a caller to act at once, too short to hoard. */
export const permitTtlMs = 5 * 60_000
/** A held action is answered within a day or not at all: expiry is a denial. */
export const approvalTtlMs = 24 * 60 * 60_000

/** Names no session: ids are version 7 (RFC 9562). */
const nobodysSession = '00000000-0000-0000-0000-000000000000'

/** A request on its way to a commit, with what does not depend on the standing. */
export interface Asked {
  readonly claims: Claims
  /** The request this belongs to: what is read for it later is read under its own claims. */
  readonly scope: RequestScope
  /** For the decider role. */
  readonly handover: string
  readonly key: StandingKey
  /** `Standings.name` of the key. */
  readonly standing: string
  readonly request: AuthorizeRequest
  readonly requestHash: string
}

/** Everything one row of `guard.decide` needs, and what the answer is made of. */
export interface Prepared {
  readonly asked: Asked
  readonly known: KnownStanding
  readonly id: string
  readonly outcome: Outcome
  readonly reasonCode: ReasonCode
  readonly determining: readonly string[]
  readonly effectiveTrust: Trust
  readonly mutates: boolean
  readonly policyHash: string
  readonly payloadHash: string
  readonly actionHash: string
  readonly sealed: Uint8Array
  readonly permitExpiresAt: Date | null
  readonly approval: { id: string; required: number; expiresAt: Date } | null
  readonly receiptId: string
  readonly data: string
}

/** What is sealed with a decision; `openDecision` reads it. */
export interface SealedDecision {
  /** Canonical texts, exactly as hashed; what the action was is read from them and from nowhere else. */
  payload: string
  action: string
}

export function ask(scope: RequestScope, agent: string, request: AuthorizeRequest): Asked {
  const { claims } = scope
  const { sessionId } = request
  const key = {
    tenant: claims.tenant_id,
    agent,
    tool: request.tool,
    action: request.action,
    // A garbled one is decided like one that is nobody's: the answer must not tell them apart.
    session: sessionId === null || isUuid(sessionId) ? sessionId : nobodysSession,
  }
  return {
    claims,
    scope,
    handover: handoverFor('muster_decider', scope),
    request,
    key,
    standing: Standings.name(key),
    requestHash: requestDigest({ ...request, agentId: agent }),
  }
}

export async function prepare(room: GuardRoom, asked: Asked, known: KnownStanding): Promise<Prepared> {
  const { request, claims, key } = asked
  const nowMs = room.clock.nowMs()
  const set = await room.policySet(key.tenant, known.standing.policyHash)
  const decision = decide(
    factsFrom(known.standing, {
      agentId: key.agent,
      request: {
        tool: request.tool,
        action: request.action,
        resource: request.resource,
        claimedTrust: request.sourceTrust,
        signatureVerified: false,
        claimedMutates: request.mutates,
        manifestHash: request.manifestHash,
        destination: request.destination,
        connectorId: request.connectorId,
        onBehalfOf: request.onBehalfOf,
        delegated: false,
        amount: null,
      },
      sessionId: request.sessionId,
      credential: { kind: claims.kind, ceiling: claims.ceiling },
      nowMs,
    }),
    set,
  )
  if (decision.errors.length > 0)
    room.log.error({ policy: set.hash, errors: decision.errors }, 'policies could not be evaluated')

  const id = newId(nowMs)
  const expiresAt = new Date(nowMs + (decision.outcome === 'REVIEW' ? approvalTtlMs : permitTtlMs))
  const manifestHash = known.standing.manifest?.hash ?? null
  const payload = safely(() =>
    canonicalPayload({
      tool: request.tool,
      action: request.action,
      resource: request.resource,
      parameters: request.parameters,
      manifestHash,
      connectorId: request.connectorId,
      destination: request.destination,
    }),
  )
  const payloadHash = payloadHashOfText(payload)
  const action = canonicalAction({
    tenant: key.tenant,
    payloadHash,
    agent: key.agent,
    onBehalfOf: request.onBehalfOf,
    effectiveTrust: decision.effectiveTrust,
    mutates: decision.mutates,
    policyHash: decision.policyHash,
    expiresAt: expiresAt.toISOString(),
    decisionId: id,
    nonce: newSalt().toString('hex'),
  })
  const actionHash = actionHashOfText(action)
  const approval = decision.outcome === 'REVIEW' ? { id: newId(nowMs), required: decision.quorum, expiresAt } : null

  const sealedValue = { action, payload } satisfies SealedDecision
  const scope = { tenant: key.tenant, class: 'decision', month: monthOf(nowMs), subject: key.agent }
  const sealed =
    sealJsonSync(room.ring, scope, sealedValue, aadOf(id)) ?? (await sealJson(room.ring, scope, sealedValue, aadOf(id)))

  return {
    asked,
    known,
    id,
    outcome: decision.outcome,
    reasonCode: decision.reasonCode,
    determining: decision.determining,
    effectiveTrust: decision.effectiveTrust,
    mutates: decision.mutates,
    policyHash: decision.policyHash,
    payloadHash,
    actionHash,
    sealed,
    permitExpiresAt: decision.outcome === 'ALLOW' ? expiresAt : null,
    approval,
    receiptId: newId(nowMs),
    // The action hash holds a 128-bit nonce, so it commits without inviting guesses; the payload hash does not, and stays out.
    data: canonicalize({
      actionHash,
      approval: approval?.id ?? null,
      determining: [...decision.determining],
      effectiveTrust: decision.effectiveTrust,
      manifestHash,
      mutates: decision.mutates,
      outcome: decision.outcome,
      reasonCode: decision.reasonCode,
      required: approval?.required ?? 0,
    }),
  }
}

/** A sealed decision opens only beside its own row. */
export function aadOf(decisionId: string): Uint8Array {
  return Buffer.from(decisionId.replaceAll('-', ''), 'hex')
}
