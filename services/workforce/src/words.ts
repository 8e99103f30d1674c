/**
 * The words callers give to things here: unit names, tools, actions. Checked
 * once, so that what looks equal is equal and nothing invisible gets in.
 */

/** Control, format, surrogate, private and unassigned characters: nothing a reader could see. */
const invisible = /\p{C}/u
const wordLengthMax = 200

/** A name in NFC without outer white space; null when it is empty, too long or not printable. */
export function printableName(text: string): string | null {
  const name = text.normalize('NFC').trim()
  return name === '' || name.length > wordLengthMax || invisible.test(name) ? null : name
}

/** A tool's or an action's name exactly as tools are called; null when it is no such name. It is matched, never prettified. */
export function exactWord(text: string): string | null {
  return text === '' || text !== text.trim() || text.length > wordLengthMax || invisible.test(text) ? null : text
}
