/**
 * Wrapped data keys on PostgreSQL, through the passport's two functions: a
 * service makes and reads keys of its own tenant and can list none.
 */
import { KeyError, type DataKeyScope, type DataKeyStore, type StoredDataKey } from '@muster/keys'
import { withRequest, type RolePool } from './pool.ts'

interface Row {
  id: string
  wrapped: Buffer | null
}

/** The store of one service. Its calls run under the current request's claims. */
export function dataKeyStore(pool: RolePool): DataKeyStore {
  return {
    async insertOrGet(scope, generation, offered): Promise<StoredDataKey> {
      const [row] = await withRequest(pool, (tx) =>
        tx.query<Row>('SELECT id, wrapped FROM passport.data_key_for($1, $2, $3, $4, $5, $6)', [
          scope.class,
          scope.month,
          scope.subject,
          generation,
          offered.id,
          offered.wrapped,
        ]),
      )
      if (row === undefined) throw new KeyError('UNKNOWN_KEY', 'no data key was made')
      return row
    },
    async byId(tenant, id): Promise<(StoredDataKey & { scope: DataKeyScope }) | null> {
      const [row] = await withRequest(pool, (tx) =>
        tx.query<Row & { class: string; month: string; subject: string }>(
          'SELECT id, class, month, subject, wrapped FROM passport.data_key_by_id($1)',
          [id],
        ),
      )
      if (row === undefined) return null
      return {
        id: row.id,
        wrapped: row.wrapped,
        scope: { tenant, class: row.class, month: row.month, subject: row.subject },
      }
    },
    destroy(): Promise<string[]> {
      return Promise.reject(new KeyError('UNSUPPORTED', 'only the passport destroys data keys'))
    },
  }
}
