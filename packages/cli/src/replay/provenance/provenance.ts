/**
 * How far the source of each call is trusted, as the run's context implies.
 *
 * A run starts with the instruction of a person through the company's own
 * application: TRUSTED_INTERNAL. From the result of a tool that reads outside
 * on, the model has read what a stranger wrote, and whatever it does may be the
 * stranger's wish: UNTRUSTED_EXTERNAL, to the end of the run. Results of the
 * company's own tools change nothing. Pure.
 *
 * INVARIANT (trust only falls): no step has a higher trust than one before it.
 */
import type { Trust } from '@muster/kernel'
import type { RecordedCall, Step } from '../transcripts/transcript.ts'

export const startTrust = 'TRUSTED_INTERNAL' satisfies Trust
export const outsideTrust = 'UNTRUSTED_EXTERNAL' satisfies Trust

export type ProvenStep =
  /** `trust` is claimed with the call. */
  | { readonly kind: 'call'; readonly call: RecordedCall; readonly trust: Trust }
  /** From here on the session carries `trust`; `call` brought it in. */
  | { readonly kind: 'taint'; readonly call: RecordedCall; readonly trust: Trust }

/**
 * The steps of a run with the trust of each. Calls made before a result was
 * read do not know it, though they stand in the same message or are answered later.
 *
 * @param isOutside whether what a tool answers came from outside the company.
 */
export function provenanceOf(steps: readonly Step[], isOutside: (tool: string) => boolean): ProvenStep[] {
  const proven: ProvenStep[] = []
  let trust: Trust = startTrust
  for (const { kind, call } of steps) {
    if (kind === 'call') proven.push({ kind, call, trust })
    else if (trust !== outsideTrust && isOutside(call.tool)) {
      trust = outsideTrust
      proven.push({ kind: 'taint', call, trust })
    }
  }
  return proven
}
