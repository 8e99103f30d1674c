/**
 * The receipt body: what is hashed into the ledger (docs/specs/receipt.md).
 *
 * Canonical JSON of opaque ids, enums, versions, times, hashes and salted
 * commitments, with 128 random bits so that no body can be guessed from its
 * leaf. The database composes it; `composeBody` is the reference it is tested
 * against. Reading is strict: a body that is not byte for byte canonical is
 * refused, so one receipt has one leaf.
 */
import { canonicalize, isHash, parseStrict, UnsafeJson, type JsonObject, type JsonValue } from '@muster/canonical-json'

export const receiptSchema = 'muster/receipt/v1'

export type ReceiptActorKind = 'person' | 'api_key' | 'agent' | 'service'

export interface ReceiptActor {
  /** The agent the credential belongs to, if it belongs to one. */
  readonly agent: string | null
  /** Session, key or token id; never the secret. */
  readonly credential: string
  readonly id: string
  readonly kind: ReceiptActorKind
}

export interface ReceiptBody {
  readonly actor: ReceiptActor
  /** Fields of the receipt's type: opaque ids, enums, versions, times, hashes, salted commitments. */
  readonly data: JsonObject
  readonly id: string
  /** 128 random bits, 32 hexadecimal characters. */
  readonly nonce: string
  /** ISO 8601 in UTC with milliseconds. */
  readonly occurredAt: string
  /** Content hash of the policy that decided, null where none did. */
  readonly policyHash: string | null
  readonly request: string
  readonly schema: typeof receiptSchema
  readonly service: string
  readonly subject: { readonly id: string; readonly type: string }
  readonly tenant: string
  /** `noun.verb`, e.g. `action.decided`. */
  readonly type: string
}

export class BadReceiptBody extends Error {
  override readonly name = 'BadReceiptBody'
}

type FieldRule = (value: JsonValue) => boolean

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const instant =
  /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z$/
const nonce = /^[0-9a-f]{32}$/
const typeName = /^[a-z][A-Za-z0-9_-]*(?:\.[a-z][A-Za-z0-9_-]*)+$/
const word = /^[a-z][A-Za-z0-9_-]*$/

const text =
  (pattern: RegExp): FieldRule =>
  (value) =>
    typeof value === 'string' && pattern.test(value)
const nonEmpty: FieldRule = (value) => typeof value === 'string' && value !== '' && value.length <= 256
const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const shape =
  (rules: Record<string, FieldRule>): FieldRule =>
  (value) =>
    isObject(value) && Object.keys(value).length === Object.keys(rules).length && failingField(value, rules) === null

const actorRules = {
  agent: (value) => value === null || text(uuid)(value),
  credential: nonEmpty,
  id: nonEmpty,
  kind: (value) => value === 'person' || value === 'api_key' || value === 'agent' || value === 'service',
} satisfies Record<keyof ReceiptActor, FieldRule>

const bodyRules = {
  actor: shape(actorRules),
  data: isObject,
  id: text(uuid),
  nonce: text(nonce),
  occurredAt: text(instant),
  policyHash: (value) => value === null || isHash(value),
  request: nonEmpty,
  schema: (value) => value === receiptSchema,
  service: text(word),
  subject: shape({ id: nonEmpty, type: text(word) }),
  tenant: text(uuid),
  type: text(typeName),
} satisfies Record<keyof ReceiptBody, FieldRule>

function failingField(object: JsonObject, rules: Record<string, FieldRule>): string | null {
  for (const [name, rule] of Object.entries(rules)) {
    const value = object[name]
    if (value === undefined || !rule(value)) return name
  }
  return null
}

/**
 * Reads a body.
 * @param bodyText the exact text that was hashed.
 * @throws BadReceiptBody when a field is missing, foreign or of the wrong form, or the text is not canonical.
 */
export function parseReceiptBody(bodyText: string): ReceiptBody {
  let value: JsonValue
  try {
    value = parseStrict(bodyText)
    if (canonicalize(value) !== bodyText) throw new BadReceiptBody('the body is not canonical JSON')
  } catch (error) {
    if (error instanceof UnsafeJson) throw new BadReceiptBody(`the body is not safe JSON: ${error.message}`)
    throw error
  }
  if (!isReceiptBody(value)) throw new BadReceiptBody(`the body's ${faultOf(value)} is not as the format asks`)
  return value
}

function isReceiptBody(value: JsonValue): value is JsonObject & ReceiptBody {
  return faultOf(value) === null
}

function faultOf(value: JsonValue): string | null {
  if (!isObject(value)) return 'outermost value'
  const failing = failingField(value, bodyRules)
  if (failing !== null) return `\`${failing}\``
  const foreign = Object.keys(value).find((name) => !Object.hasOwn(bodyRules, name))
  return foreign === undefined ? null : 'set of fields'
}

/**
 * Composes a body: the reference for the database's composer.
 * @returns canonical text; its UTF-8 bytes are what the leaf hashes.
 * @throws BadReceiptBody when the fields do not make a body.
 */
export function composeBody(fields: Omit<ReceiptBody, 'schema'>): string {
  const bodyText = canonicalize({
    actor: {
      agent: fields.actor.agent,
      credential: fields.actor.credential,
      id: fields.actor.id,
      kind: fields.actor.kind,
    },
    data: fields.data,
    id: fields.id,
    nonce: fields.nonce,
    occurredAt: fields.occurredAt,
    policyHash: fields.policyHash,
    request: fields.request,
    schema: receiptSchema,
    service: fields.service,
    subject: { id: fields.subject.id, type: fields.subject.type },
    tenant: fields.tenant,
    type: fields.type,
  } satisfies ReceiptBody)
  parseReceiptBody(bodyText)
  return bodyText
}
