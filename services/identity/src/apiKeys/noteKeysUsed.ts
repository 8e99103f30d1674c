/**
 * When keys were last used, noted in batches behind the requests.
 *
 * A key that is being revoked or rotated at this moment is skipped, not waited
 * for: a note may be lost, a revocation never waits for one.
 */
import { isUuid } from '@muster/kernel'
import { query } from '../database.ts'
import type { KeyUse } from '../identity.ts'
import type { Room } from '../room.ts'

const noteSql = `WITH used AS (
    SELECT u.id, max(u.at) AS at FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at) GROUP BY u.id
  ), held AS (
    SELECT k.id FROM identity.api_key k WHERE k.id IN (SELECT used.id FROM used) ORDER BY k.id FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE identity.api_key k SET last_used_at = greatest(k.last_used_at, used.at)
    FROM used JOIN held USING (id) WHERE k.id = used.id RETURNING k.id`

/** Notes uses of keys of the scope's tenant. Unknown ids are ignored; a note never goes back in time. */
export async function noteKeysUsed(room: Room, uses: readonly KeyUse[]): Promise<void> {
  const known = uses.filter(({ keyId }) => isUuid(keyId))
  if (known.length === 0) return
  await room.database.run((tx) =>
    query(tx, noteSql, [known.map(({ keyId }) => keyId), known.map(({ usedAt }) => usedAt.toISOString())]),
  )
}
