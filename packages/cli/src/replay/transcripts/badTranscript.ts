/**
 * Why a file, or a line of one, is not a transcript: one sentence, shown beside
 * its name. Thrown while reading; never ends the replay.
 */
export class BadTranscript extends Error {
  override readonly name = 'BadTranscript'
}

/** What was found where something else was due, without repeating its content. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** A name from a file, short enough for one line and free of control characters. */
export function shown(text: string): string {
  const printable = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}')
  return `\`${printable.length > 80 ? `${printable.slice(0, 80)}…` : printable}\``
}
