/**
 * Where wrapped data keys are kept, as the keyring needs it.
 *
 * The passport service implements this on PostgreSQL; `MemoryDataKeyStore` is
 * for tools and tests that keep nothing.
 */
import { KeyError } from '../keyError.ts'

/**
 * What one data key covers. Destroying a key forgets exactly that much: a
 * subject within a class and a month.
 */
export interface DataKeyScope {
  tenant: string
  /** Kind of data: `receipt`, `decision`, `event`, … `[a-z][a-z0-9-]{0,31}`. */
  class: string
  /** `YYYY-MM`, UTC. */
  month: string
  /** Whose data: an agent's or person's id, or `-` where nobody's. 1 to 64 characters. */
  subject: string
}

export interface StoredDataKey {
  id: string
  /** `null` once destroyed: the row stays, so that "forgotten" differs from "never was". */
  wrapped: Uint8Array | null
}

export interface DataKeyStore {
  /**
   * The key of (scope, generation), inserting the offered one when there is
   * none. Atomic: concurrent callers all get the same row.
   */
  insertOrGet(
    scope: DataKeyScope,
    generation: number,
    offered: { id: string; wrapped: Uint8Array },
  ): Promise<StoredDataKey>
  /** One key of a tenant with the scope it was made for; `null` when the tenant has none of that id. */
  byId(tenant: string, id: string): Promise<(StoredDataKey & { scope: DataKeyScope }) | null>
  /** Destroys the matching live keys (`wrapped` becomes null) and answers their ids. */
  destroy(tenant: string, what: DestroyWhat): Promise<string[]>
}

/** Everything that matches all the given parts; at least one must be given. */
export type DestroyWhat =
  | { id: string }
  | { subject: string; class?: string; month?: string }
  | { month: string; class?: string }

const classPattern = /^[a-z][a-z0-9-]{0,31}$/
const monthPattern = /^\d{4}-(0[1-9]|1[0-2])$/
const subjectLengthMax = 64

/** Throws `UNSUPPORTED` for a scope the stores could not hold. */
export function checkScope(scope: DataKeyScope): void {
  if (
    scope.tenant === '' ||
    !classPattern.test(scope.class) ||
    !monthPattern.test(scope.month) ||
    scope.subject === '' ||
    scope.subject.length > subjectLengthMax
  ) {
    throw new KeyError('UNSUPPORTED', `data key scope \`${scope.class}/${scope.month}\` is malformed`)
  }
}

/** The month a time belongs to, `YYYY-MM` in UTC. @param ms since the Unix epoch. */
export function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7)
}
