/**
 * The door of every use case: what came in is checked whole, by one schema,
 * before anything is looked up. What does not fit is an `INVALID_INPUT` that
 * names the field and repeats nothing of its value.
 */
import { Refusal } from '@muster/kernel'
import { z } from 'zod'

/** Parses `value`; throws the refusal `INVALID_INPUT` naming the first field that does not fit. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const path = issue?.path.map(String).join('.') ?? ''
  throw new Refusal('INVALID_INPUT', `\`${path === '' ? 'input' : path}\`: ${lowerFirst(issue?.message ?? 'invalid')}`)
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

// Cc: control characters; they hide, or break a log line. Line breaks and tabs are allowed in prose only.
const control = /\p{Cc}/u
const controlInProse = /[^\P{Cc}\n\r\t]/u

/** One line of text a person wrote: trimmed, NFC, without control characters. */
export const line = (min: number, max: number) =>
  z
    .string()
    .refine((text) => text.isWellFormed(), 'holds half of a surrogate pair')
    .transform((text) => text.normalize('NFC').trim())
    .refine((text) => text.length >= min && text.length <= max, `must have ${min} to ${max} characters`)
    .refine((text) => !control.test(text), 'must not hold control characters')

/** Several lines of text. */
export const prose = (min: number, max: number) =>
  z
    .string()
    .refine((text) => text.isWellFormed(), 'holds half of a surrogate pair')
    .transform((text) => text.normalize('NFC').trim())
    .refine((text) => text.length >= min && text.length <= max, `must have ${min} to ${max} characters`)
    .refine((text) => !controlInProse.test(text), 'must not hold control characters')

/** An id as a caller sent it: any text, because a garbled one is answered like an unknown one. */
export const anyId = z.string().max(200)

/** RFC 5321 §4.5.3.1.3: a path has 256 octets, angle brackets included. */
const addressLengthMax = 254

export const email = z
  .string()
  .refine((text) => text.isWellFormed(), 'holds half of a surrogate pair')
  .transform((text) => text.normalize('NFC').trim())
  .refine(
    (text) => text.length <= addressLengthMax && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(text),
    'not an e-mail address',
  )

/** A reason is for whoever reads the record later: present, and not a novel. */
export const reason = prose(1, 2_000)

/** An instant after now. */
export const futureInstant = (nowMs: number) =>
  z.date('not an instant').refine((date) => date.getTime() > nowMs, 'must be in the future')

/** A part that may be left out; what is left out is null. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value): z.infer<Schema> | null => value ?? null)
