/**
 * What a conformance suite is: one set of public vectors and how we run it.
 *
 * A suite reads its own folder and yields one verdict per case, as it goes, so
 * that progress can be shown and a crash names the case it happened at.
 *
 * INVARIANT (no false pass): a case that cannot be read, or whose expected
 * result is missing, is yielded with `ok: false`; it is never skipped.
 */
export interface CaseResult {
  /** Folder of the vectors, e.g. `merkle-rfc6962`; the table groups by it and `group`. */
  readonly suite: string
  /** Part of the suite counted by itself, e.g. `inclusion`; optional. */
  readonly group?: string
  /** The case, unique within its suite. */
  readonly name: string
  readonly ok: boolean
  /** Why it failed, or what was seen; one line. */
  readonly detail?: string
}

/** @param dir the suite's own folder, e.g. `DIR/merkle-rfc6962`. */
export type RunSuite = (dir: string) => AsyncIterable<CaseResult>

/** What each suite's module exports: `export const run: RunSuite`. */
export interface SuiteModule {
  readonly run: RunSuite
}
