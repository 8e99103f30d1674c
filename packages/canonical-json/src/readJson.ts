/**
 * A complete reader of JSON, for the texts `JSON.parse` cannot be trusted with:
 * those that write a key with an escape.
 *
 * V8 (13.6, in Node 24, and neighbours) guesses the next key from objects it
 * parsed before and compares the guess with the text as written, not as
 * decoded: after `{"a":1,"\\":2}` it reads `{"a":1,"\u0062":2}` as another
 * object with the key `\`. What was parsed once would change what is read now.
 * Strings on their own are not guessed at; they are decoded by the engine.
 *
 * INVARIANT (no memory): what a text means depends on the text alone.
 */
import type { JsonObject, JsonValue } from './jsonValue.ts'

const spacePattern = /[ \t\n\r]*/y
const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }
const wordPattern = /true|false|null/y

/** Not JSON. Where it goes wrong is found by who wants to know. */
class NotJson extends Error {}

/**
 * Reads a text whose nesting was limited before: it recurses.
 * @returns the value; of two equal keys the last, as `JSON.parse` does.
 * @throws SyntaxError for what is not JSON.
 */
export function readJson(text: string): JsonValue {
  const reader = new Reader(text)
  try {
    return reader.whole()
  } catch (error) {
    if (error instanceof NotJson) throw new SyntaxError('the text is not JSON')
    throw error
  }
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): JsonValue {
    const value = this.#value()
    this.#take(spacePattern)
    if (this.#at !== this.#text.length) throw new NotJson()
    return value
  }

  #value(): JsonValue {
    this.#take(spacePattern)
    const opener = this.#text[this.#at]
    if (opener === '{') return this.#object()
    if (opener === '[') return this.#array()
    if (opener === '"') return this.#string()
    const word = this.#take(wordPattern)
    if (word !== '') return words[word]!
    const number = this.#take(numberPattern)
    if (number === '') throw new NotJson()
    return Number(number)
  }

  #object(): JsonObject {
    const object: JsonObject = {}
    this.#at++
    if (this.#passes('}')) return object
    do {
      this.#take(spacePattern)
      const name = this.#string()
      this.#expect(':')
      // Assigned to, `__proto__` would set a prototype.
      Object.defineProperty(object, name, {
        value: this.#value(),
        writable: true,
        enumerable: true,
        configurable: true,
      })
    } while (this.#passes(','))
    this.#expect('}')
    return object
  }

  #array(): JsonValue[] {
    const items: JsonValue[] = []
    this.#at++
    if (this.#passes(']')) return items
    do items.push(this.#value())
    while (this.#passes(','))
    this.#expect(']')
    return items
  }

  #string(): string {
    const start = this.#at
    if (this.#text[start] !== '"') throw new NotJson()
    let end = start
    do {
      end = this.#text.indexOf('"', end + 1)
      if (end === -1) throw new NotJson()
    } while (this.#isEscaped(end))
    this.#at = end + 1
    return JSON.parse(this.#text.slice(start, end + 1)) as string
  }

  /** True when an odd number of backslashes stands before the place. */
  #isEscaped(place: number): boolean {
    let before = place
    while (this.#text[before - 1] === '\\') before--
    return (place - before) % 2 === 1
  }

  /** The match at the place reached, and goes past it; empty when there is none. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #passes(mark: string): boolean {
    this.#take(spacePattern)
    if (this.#text[this.#at] !== mark) return false
    this.#at++
    return true
  }

  #expect(mark: string): void {
    if (!this.#passes(mark)) throw new NotJson()
  }
}
