/**
 * The platform's signing keys on PostgreSQL: one history that every gateway of
 * an installation shares. Each change is one statement, so it happens whole or
 * not at all; two rotations at once leave one active key.
 */
import { sqlState, toFault, type RolePool } from '@muster/db'
import { KeyError, platformTenant, type SigningKeyRecord, type SigningKeyStore } from '@muster/keys'

interface Row {
  id: string
  public_jwk: SigningKeyRecord['publicJwk']
  wrapped: Buffer | null
  state: SigningKeyRecord['state']
  created_at: Date
  retiring_at: Date | null
  retired_at: Date | null
}

const uniqueViolation = '23505'

const historySql = `SELECT id, public_jwk, wrapped, state, created_at, retiring_at, retired_at
  FROM muster.platform_key ORDER BY created_at, id`

const insertSql = `INSERT INTO muster.platform_key (id, alg, public_jwk, wrapped, created_at) SELECT $1::uuid, 'ES256', $2::jsonb, $3::bytea, $4::timestamptz`

// The former key steps down and the new one stands up in one statement, or neither does.
const replaceSql = `WITH former AS (
    UPDATE muster.platform_key SET state = $6, wrapped = $7, retiring_at = $8, retired_at = $9
     WHERE id = $5 AND state = 'active' RETURNING id)
  ${insertSql} FROM former`

const retireSql = `UPDATE muster.platform_key SET state = 'retired', wrapped = NULL, retired_at = $2
  WHERE id = $1 AND state = 'retiring'`

/** @param pool of the role `muster_gateway`. */
export function platformKeyStore(pool: RolePool): SigningKeyStore {
  async function run(sql: string, values: readonly unknown[]): Promise<{ rows: Row[]; count: number }> {
    try {
      const { rows, rowCount } = await pool.query<Row>(sql, [...values])
      return { rows, count: rowCount ?? 0 }
    } catch (error) {
      throw sqlState(error) === uniqueViolation ? error : toFault(error)
    }
  }

  return {
    async history(tenant, purpose) {
      onlyPlatform(tenant, purpose)
      const { rows } = await run(historySql, [])
      return rows.map(recordOf)
    },
    async rotate({ insert, update }) {
      onlyPlatform(insert.tenant, insert.purpose)
      const inserted = [insert.id, JSON.stringify(insert.publicJwk), insert.wrapped, new Date(insert.createdAtMs)]
      try {
        if (update === null) return (await run(insertSql, inserted)).count === 1
        const stepped = [
          update.id,
          update.state,
          update.wrapped,
          dateOf(update.retiringAtMs),
          dateOf(update.retiredAtMs),
        ]
        return (await run(replaceSql, [...inserted, ...stepped])).count === 1
      } catch (error) {
        if (sqlState(error) === uniqueViolation) return false // somebody else's key is active
        throw error
      }
    },
    async retire(records) {
      for (const record of records) await run(retireSql, [record.id, dateOf(record.retiredAtMs)])
    },
  }
}

function onlyPlatform(tenant: string, purpose: string): void {
  if (tenant !== platformTenant || purpose !== 'platform') {
    throw new KeyError('UNSUPPORTED', 'this store keeps the platform key alone')
  }
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}

function recordOf(row: Row): SigningKeyRecord {
  return {
    id: row.id,
    tenant: platformTenant,
    purpose: 'platform',
    algorithm: 'ES256',
    state: row.state,
    publicJwk: row.public_jwk,
    wrapped: row.wrapped,
    createdAtMs: row.created_at.getTime(),
    retiringAtMs: row.retiring_at?.getTime() ?? null,
    retiredAtMs: row.retired_at?.getTime() ?? null,
  }
}
