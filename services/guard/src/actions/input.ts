/**
 * The request at the door: parsed once, into the shape everything after it uses.
 */
import { canonicalize, sha256Hex, UnsafeJson, type JsonValue } from '@muster/canonical-json'
import { isUuid, Refusal, type Claims, type Trust } from '@muster/kernel'
import { z } from 'zod'

/** Tool, action, resource and destination are names and addresses, not documents. */
const nameMax = 200
const addressMax = 2_048
/** 64 octets before the @ and 255 after it (RFC 5321 §4.5.3.1). */
const addressOfPersonMax = 320
/** Idempotency and redemption keys fit an index entry. */
const keyMax = 200
/** What an approver can be expected to read, and a sealed row to hold. */
export const payloadBytesMax = 256 * 1024

/** What becomes a column. PostgreSQL's text has no U+0000, and one such item would cost its whole batch a second run. */
const storable = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !text.includes('\0'), 'holds a character that cannot be stored')
const name = storable(nameMax)
const absent = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? null)

const payloadShape = {
  tool: name,
  action: name,
  resource: absent(z.string().max(addressMax)),
  parameters: z
    .unknown()
    .optional()
    .transform((value) => (value === undefined ? null : (value as JsonValue))),
  connectorId: absent(z.string().max(nameMax)),
  destination: absent(z.string().max(addressMax)),
}

const authorizeShape = z.object({
  ...payloadShape,
  agentId: absent(z.string()),
  idempotencyKey: absent(storable(keyMax)),
  sessionId: absent(z.string()),
  sourceTrust: z
    .string()
    .nullish()
    .transform((value) => (value ?? 'UNKNOWN') as Trust),
  mutates: absent(z.boolean()),
  manifestHash: absent(z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in lower-case hex')),
  onBehalfOf: absent(storable(addressOfPersonMax)),
})
export type AuthorizeRequest = z.infer<typeof authorizeShape>

const redeemShape = z.object({
  ...payloadShape,
  permit: z.string().max(200),
  redemptionKey: absent(storable(keyMax)),
})
export type RedeemRequest = z.infer<typeof redeemShape>

/** Parses with `shape`; the first thing wrong becomes an `INVALID_INPUT` refusal naming the field. */
export function parseInput<T>(shape: z.ZodType<T>, input: unknown): T {
  const parsed = shape.safeParse(input)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Refusal(
    'INVALID_INPUT',
    `\`${issue?.path.join('.') ?? 'input'}\`: ${issue?.message.toLowerCase() ?? 'malformed'}`,
  )
}

export const parseAuthorize = (input: unknown): AuthorizeRequest => parseInput(authorizeShape, input)
export const parseRedeem = (input: unknown): RedeemRequest => parseInput(redeemShape, input)

/** Canonical text of what cannot be made canonical is an `UNSAFE_PAYLOAD` refusal: it is never hashed as something else. */
export function safely<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof UnsafeJson) throw new Refusal('UNSAFE_PAYLOAD', error.message)
    throw error
  }
}

/** Digest of a whole request, to tell a retry from a conflict. Bound to nothing but its content. */
export function requestDigest(request: object): string {
  return safely(() => sha256Hex(new TextEncoder().encode(`muster/request/v1\n${canonicalize(request as JsonValue)}`)))
}

/** The agent an authorisation is about: named, or the credential's own; never another than its own. */
export function agentOf(claims: Claims, named: string | null): string {
  const agent = named ?? claims.agent
  if (agent === null) throw new Refusal('UNKNOWN_AGENT', 'name an agent: this credential belongs to none')
  if (!isUuid(agent) || (claims.agent !== null && claims.agent !== agent)) throw unknownAgent()
  return agent
}

/** One answer for unknown, foreign, out of scope and garbled. */
export const unknownAgent = (): Refusal => new Refusal('UNKNOWN_AGENT', 'no such agent')
