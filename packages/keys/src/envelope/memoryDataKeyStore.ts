/**
 * Data keys kept in memory, for tools that keep nothing and for tests.
 */
import type { DataKeyScope, DataKeyStore, DestroyWhat, StoredDataKey } from './dataKeyStore.ts'

interface Row extends StoredDataKey {
  scope: DataKeyScope
  generation: number
}

export class MemoryDataKeyStore implements DataKeyStore {
  readonly #rows: Row[] = []

  async insertOrGet(
    scope: DataKeyScope,
    generation: number,
    offered: { id: string; wrapped: Uint8Array },
  ): Promise<StoredDataKey> {
    const existing = this.#rows.find((row) => row.generation === generation && sameScope(row.scope, scope))
    if (existing !== undefined) return { id: existing.id, wrapped: existing.wrapped }
    this.#rows.push({ scope: { ...scope }, generation, id: offered.id, wrapped: Uint8Array.from(offered.wrapped) })
    return offered
  }

  async byId(tenant: string, id: string): Promise<(StoredDataKey & { scope: DataKeyScope }) | null> {
    const row = this.#rows.find((candidate) => candidate.id === id && candidate.scope.tenant === tenant)
    return row === undefined ? null : { id: row.id, wrapped: row.wrapped, scope: { ...row.scope } }
  }

  async destroy(tenant: string, what: DestroyWhat): Promise<string[]> {
    const doomed = this.#rows.filter((row) => row.scope.tenant === tenant && row.wrapped !== null && matches(row, what))
    for (const row of doomed) row.wrapped = null
    return doomed.map(({ id }) => id)
  }
}

function sameScope(a: DataKeyScope, b: DataKeyScope): boolean {
  return a.tenant === b.tenant && a.class === b.class && a.month === b.month && a.subject === b.subject
}

function matches(row: Row, what: DestroyWhat): boolean {
  if ('id' in what) return row.id === what.id
  const { scope } = row
  return (
    (!('subject' in what) || scope.subject === what.subject) &&
    (what.class === undefined || scope.class === what.class) &&
    (what.month === undefined || scope.month === what.month)
  )
}
