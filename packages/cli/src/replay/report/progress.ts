/**
 * How far it is: one line that rewrites itself on a terminal, a line every few
 * seconds anywhere else. On the error stream, so that the report stays clean.
 */
import type { CallRecord } from '../deciding/callRecord.ts'

/** A terminal is drawn no faster than this, a log told no more often than that, milliseconds. */
const drawEveryMs = 100
const tellEveryMs = 5_000

export interface ProgressStream {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export class Progress {
  readonly #stream: ProgressStream
  readonly #nowMs: () => number
  #total = 0
  #done = 0
  readonly #outcomes = { ALLOW: 0, REVIEW: 0, DENY: 0, none: 0 }
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(stream: ProgressStream, nowMs: () => number) {
    this.#stream = stream
    this.#nowMs = nowMs
  }

  /** Says what is being done now. */
  say(words: string): void {
    this.#clear()
    this.#stream.write(`${words}\n`)
  }

  begin(total: number): void {
    this.#total = total
    this.#lastMs = this.#nowMs()
  }

  count({ decision }: Pick<CallRecord, 'decision'>): void {
    this.#done++
    this.#outcomes[decision?.outcome ?? 'none']++
    const nowMs = this.#nowMs()
    if (nowMs - this.#lastMs < (this.#isTerminal ? drawEveryMs : tellEveryMs)) return
    this.#lastMs = nowMs
    this.#stream.write(this.#isTerminal ? `\r${this.line()}\u001b[K` : `${this.line()}\n`)
  }

  line(): string {
    const { ALLOW, REVIEW, DENY, none } = this.#outcomes
    const lost = none === 0 ? '' : `, ${none} not decided`
    return `${this.#done} of ${this.#total} calls: ${ALLOW} allowed, ${REVIEW} held, ${DENY} denied${lost}`
  }

  end(): void {
    this.#clear()
    this.#stream.write(`${this.line()}\n`)
  }

  get #isTerminal(): boolean {
    return this.#stream.isTTY === true
  }

  #clear(): void {
    if (this.#isTerminal) this.#stream.write('\r\u001b[K')
  }
}
