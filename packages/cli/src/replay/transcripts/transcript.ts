/**
 * A recorded run of an agent, brought to one shape: the calls it made and the
 * results it got, in the order in which they stand.
 *
 * Only what the replay needs is kept. Of a result that is whether it failed and
 * the hash of what it said, so that a folder of any size fits in memory; of the
 * conversation around the calls, nothing.
 */
import type { JsonObject } from '@muster/canonical-json'

/** What came back from a call. */
export interface RecordedResult {
  readonly failed: boolean
  /** SHA-256 over the UTF-8 bytes of the content as text, lower-case hex. */
  readonly contentHash: string
}

export interface RecordedCall {
  /** Position among the calls of this run, from 0: ids may recur, positions do not. */
  readonly index: number
  /** As the model named it. */
  readonly id: string
  readonly tool: string
  readonly parameters: JsonObject
  /** Null when the run ended before an answer came. */
  readonly result: RecordedResult | null
}

/** In the order of the file: a call is made, a result is read. */
export type Step =
  | { readonly kind: 'call'; readonly call: RecordedCall }
  | { readonly kind: 'result'; readonly call: RecordedCall }

/** A tool as the transcript offers it to its model. */
export interface OfferedTool {
  readonly name: string
  readonly description: string | null
  readonly inputSchema: JsonObject | null
}

export interface Transcript {
  /** Below the folder that is replayed, with `/` between its parts. */
  readonly path: string
  /** From 1, where a file holds one transcript a line. */
  readonly line: number | null
  /** What the file calls the run; its path when it does not say. */
  readonly runId: string
  /** `department` or `domain` of the file, if it says. */
  readonly domain: string | null
  readonly steps: readonly Step[]
  readonly offered: readonly OfferedTool[]
}

/** The calls of a run, in order. */
export function callsOf(transcript: Transcript): RecordedCall[] {
  return transcript.steps.flatMap((step) => (step.kind === 'call' ? [step.call] : []))
}

/** How a person finds it: `banking/t01.json`, or `runs.jsonl:7`. */
export function placeOf({ path, line }: Pick<Transcript, 'path' | 'line'>): string {
  return line === null ? path : `${path}:${line}`
}
