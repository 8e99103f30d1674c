/**
 * The two hashes an approval is pinned to (docs/specs/payload-hash.md and
 * action-hash.md): what will run, and this one occasion of it.
 *
 * The browser of the approver, the guard and the verifier all call these same
 * functions; the card an approver reads shows every field that goes in.
 *
 * INVARIANT (nothing left out): every field is named by hand below, an absent
 * one is an explicit null, and canonicalization refuses `undefined`; adding a
 * field to the type without hashing it does not compile.
 */
import type { Trust } from '@muster/kernel'
import { canonicalize } from './canonicalize.ts'
import { hashCanonicalText } from './hashCanonical.ts'
import type { JsonValue } from './jsonValue.ts'

/** Never equal to an action hash or a ledger leaf, whatever the payload says. */
export const payloadDomain = 'muster/payload/v1\n'
export const actionDomain = 'muster/action/v1\n'

/** What will run. */
export interface PayloadFields {
  readonly tool: string
  readonly action: string
  readonly resource: string | null
  /** The tool's arguments exactly as they will be sent; null when there are none. */
  readonly parameters: JsonValue
  /** Hash of the pinned tool manifest, null for an unpinned tool. */
  readonly manifestHash: string | null
  readonly connectorId: string | null
  readonly destination: string | null
}

/** One occasion on which a payload may run. */
export interface ActionFields {
  readonly tenant: string
  readonly payloadHash: string
  readonly agent: string
  readonly onBehalfOf: string | null
  readonly effectiveTrust: Trust
  readonly mutates: boolean
  readonly policyHash: string
  /** ISO 8601 in UTC with milliseconds. */
  readonly expiresAt: string
  readonly decisionId: string
  /** 128 bits from the server, 32 hexadecimal characters. */
  readonly nonce: string
}

/** The canonical text of a payload: what the approver's browser renders and hashes. */
export function canonicalPayload(fields: PayloadFields): string {
  return canonicalize({
    action: fields.action,
    connectorId: fields.connectorId,
    destination: fields.destination,
    manifestHash: fields.manifestHash,
    parameters: fields.parameters,
    resource: fields.resource,
    tool: fields.tool,
  } satisfies Record<keyof PayloadFields, unknown>)
}

/** The canonical text of an occasion. */
export function canonicalAction(fields: ActionFields): string {
  return canonicalize({
    agent: fields.agent,
    decisionId: fields.decisionId,
    effectiveTrust: fields.effectiveTrust,
    expiresAt: fields.expiresAt,
    mutates: fields.mutates,
    nonce: fields.nonce,
    onBehalfOf: fields.onBehalfOf,
    payloadHash: fields.payloadHash,
    policyHash: fields.policyHash,
    tenant: fields.tenant,
  } satisfies Record<keyof ActionFields, unknown>)
}

/** `SHA-256("muster/payload/v1\n" ‖ JCS(fields))`, lower-case hex. */
export function payloadHash(fields: PayloadFields): string {
  return hashCanonicalText(payloadDomain, canonicalPayload(fields))
}

/** `SHA-256("muster/action/v1\n" ‖ JCS(fields))`, lower-case hex. */
export function actionHash(fields: ActionFields): string {
  return hashCanonicalText(actionDomain, canonicalAction(fields))
}

/** The payload hash of canonical text that was stored or sent; the approver's browser hashes what it renders. */
export function payloadHashOfText(canonicalText: string): string {
  return hashCanonicalText(payloadDomain, canonicalText)
}

/** The action hash of canonical text that was stored or sent. */
export function actionHashOfText(canonicalText: string): string {
  return hashCanonicalText(actionDomain, canonicalText)
}
