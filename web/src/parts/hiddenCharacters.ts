/**
 * Characters a reader cannot see, or that change the order of what they see:
 * an approver must not be shown other words than the ones that will run.
 *
 * Format characters (Cf: bidirectional controls, zero-width joiners, tags),
 * other separators than the space, controls, private use and unassigned ones,
 * blank letters and variation selectors. Pure.
 */

export interface Segment {
  readonly text: string
  /** `U+202E` for a character shown by its name, null for plain text. */
  readonly name: string | null
}

const suspicious =
  /[\p{Cf}\p{Cc}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000\u115F\u1160\u3164\uFFA0\u2800\p{Variation_Selector}]|\u034F/gu

/** Line breaks and tabs that formatting itself puts in are not an agent's. */
const formatting = new Set(['\n', '\t'])

/** The text in pieces, each hidden character by its code point. */
export function segments(text: string): Segment[] {
  const parts: Segment[] = []
  let end = 0
  for (const { 0: character, index } of text.matchAll(suspicious)) {
    if (formatting.has(character)) continue
    if (index > end) parts.push({ text: text.slice(end, index), name: null })
    parts.push({ text: character, name: nameOf(character) })
    end = index + character.length
  }
  if (end < text.length) parts.push({ text: text.slice(end), name: null })
  return parts
}

/** The text with each hidden character spelled out: for places that take no markup, such as a tab's title. */
export function plainly(text: string): string {
  return segments(text)
    .map(({ text: part, name }) => name ?? part)
    .join('')
}

/** How many there are. */
export function hiddenCount(text: string): number {
  return segments(text).filter(({ name }) => name !== null).length
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
