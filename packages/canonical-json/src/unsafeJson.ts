/**
 * The one refusal this package gives: text that two readers could understand
 * differently, or a value that has no canonical form.
 *
 * INVARIANT (stable codes): callers branch on `code`, never on the message.
 */
export const unsafeJsonCodes = [
  'DUPLICATE_KEY',
  'UNSAFE_NUMBER',
  'LONE_SURROGATE',
  'TOO_DEEP',
  'TOO_LARGE',
  'INVALID_UTF8',
  'SYNTAX',
  'NOT_JSON',
] as const

/** `NOT_JSON` is given by `canonicalize` alone: a value that JSON cannot carry, such as `undefined`. */
export type UnsafeJsonCode = (typeof unsafeJsonCodes)[number]

export class UnsafeJson extends Error {
  readonly code: UnsafeJsonCode
  /**
   * Where in the text: UTF-16 units from its start, for `INVALID_UTF8` and
   * `TOO_LARGE` bytes; -1 where there is no text (`canonicalize`).
   */
  readonly offset: number
  override readonly name = 'UnsafeJson'
  /** @param message public text: lower case, no full stop, input in backticks. */
  constructor(code: UnsafeJsonCode, message: string, offset = -1) {
    super(message)
    this.code = code
    this.offset = offset
  }
}
