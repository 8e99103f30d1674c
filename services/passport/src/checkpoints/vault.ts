/**
 * What must survive the database: the last checkpoint of each log, so that a
 * database set back is noticed, and the tombstones of destroyed data keys, so
 * that a restored backup forgets again (docs/runbooks/ledger-recovery.md).
 *
 * An interface, because where "outside" is depends on the form: a file beside
 * the embedded database, a store with object lock elsewhere.
 */
export interface CheckpointVault {
  /** The last signed note kept for an origin; null when there is none. Rejects when it cannot tell. */
  last(origin: string): Promise<string | null>
  /**
   * Keeps a signed note, durably once it resolves. INVARIANT (never backwards):
   * a note of fewer entries, or of the same number with another root, is not kept.
   */
  keep(origin: string, note: string): Promise<void>
}

export interface TombstoneVault {
  /** Ids of all data keys of a tenant that were ever buried. */
  buried(tenant: string): Promise<ReadonlySet<string>>
  /** Adds ids, durably once it resolves. */
  bury(tenant: string, keyIds: readonly string[]): Promise<void>
}

export type OutsideVault = CheckpointVault & TombstoneVault
