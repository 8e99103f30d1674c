/**
 * Where a refused text went wrong: a complete strict reader, run only after a
 * refusal, so that the caller learns the place and the request path stays fast.
 *
 * It knows the grammar of RFC 8259 and the names each open object has used.
 */
import { UnsafeJson } from './unsafeJson.ts'

const escapePattern = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y
const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const spacePattern = /[ \t\n\r]*/y
const wordPattern = /true|false|null/y

/** A key is quoted back to its sender, but not by the kilobyte. */
const shownKeyLength = 64

/** An open object (names used so far) or an open array (null). */
type Frame = Set<string> | null

/** @returns the first fault, SYNTAX or DUPLICATE_KEY; null when the text is sound. */
export function findSyntaxFault(text: string): UnsafeJson | null {
  let at = 0
  const stack: Frame[] = []
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? null
    if (found !== null) at += found.length
    return found
  }
  /** Goes past a string; on a fault inside it stays at the fault. */
  const readString = (): boolean => {
    if (text[at] !== '"') return false
    for (at++; at < text.length; at++) {
      const unit = text[at]!
      if (unit === '"') {
        at++
        return true
      }
      if (unit < ' ') return false
      if (unit === '\\') {
        at++
        if (match(escapePattern) === null) return false
        at--
      }
    }
    return false
  }
  const syntax = (): UnsafeJson => {
    const seen = text.codePointAt(at)
    const what = seen === undefined ? 'the text ends too early' : `unexpected \`${String.fromCodePoint(seen)}\``
    return new UnsafeJson('SYNTAX', `${what} at ${at}`, at)
  }
  /** Reads `"name" :` of the object on top; returns a fault or null. */
  const readName = (names: Set<string>): UnsafeJson | null => {
    match(spacePattern)
    const start = at
    if (!readString()) return syntax()
    const name = JSON.parse(text.slice(start, at)) as string
    if (names.has(name)) {
      const shown = name.length > shownKeyLength ? `${name.slice(0, shownKeyLength)}…` : name
      return new UnsafeJson('DUPLICATE_KEY', `the key \`${shown}\` stands twice in one object`, start)
    }
    names.add(name)
    match(spacePattern)
    if (text[at] !== ':') return syntax()
    at++
    return null
  }

  for (;;) {
    // One value is due here.
    match(spacePattern)
    const opener = text[at]
    if (opener === '{' || opener === '[') {
      at++
      match(spacePattern)
      if (text[at] === (opener === '{' ? '}' : ']')) {
        at++
      } else {
        const frame: Frame = opener === '{' ? new Set() : null
        stack.push(frame)
        const fault = frame === null ? null : readName(frame)
        if (fault !== null) return fault
        continue
      }
    } else if (opener === '"' ? !readString() : match(numberPattern) === null && match(wordPattern) === null) {
      return syntax()
    }
    // A value is complete: close what ends here, or go on to the next member.
    for (;;) {
      match(spacePattern)
      const frame = stack.at(-1)
      if (frame === undefined) return at === text.length ? null : syntax()
      const mark = text[at]
      if (mark !== ',' && mark !== (frame === null ? ']' : '}')) return syntax()
      at++
      if (mark === ',') {
        const fault = frame === null ? null : readName(frame)
        if (fault !== null) return fault
        break
      }
      stack.pop()
    }
  }
}
