/**
 * A value that does not print: not in a log, an error, JSON or a debugger's
 * inspection. It is read on purpose, by `reveal`, or not at all.
 */
import { inspect } from 'node:util'

const shown = '[secret]'

export class Secret<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  reveal(): T {
    return this.#value
  }

  toString(): string {
    return shown
  }

  toJSON(): string {
    return shown
  }

  [Symbol.toPrimitive](): string {
    return shown
  }

  [inspect.custom](): string {
    return shown
  }
}
