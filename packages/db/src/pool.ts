/**
 * Connection pools by login role, and the one way to a transaction through `pg`.
 */
import pg from 'pg'
import { toFault } from './faults.ts'
import { handoverFor } from './requestScope.ts'

/** How long a caller waits for a connection before it is told the database is away. */
const connectTimeoutMs = 3_000
/** No statement of a request runs longer; a stuck one would hold the ledger's head. */
const statementTimeoutMs = 15_000
/** A server that hangs enforces nothing: the client gives up by itself, a little later. */
const answerTimeoutMs = 18_000

// int8 as text: sequence numbers outgrow a double long before they outgrow the ledger.
pg.types.setTypeParser(pg.types.builtins.INT8, (value) => value)

export interface PoolOptions {
  url: string
  /** Login role, which is the audience of the hand-overs this pool presents. */
  role: string
  max?: number
}

export type RolePool = pg.Pool & { readonly role: string }

/** Opens a pool for a login role. Errors of idle connections are the next query's to report. */
export function openPool({ url, role, max = 8 }: PoolOptions): RolePool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    query_timeout: answerTimeoutMs,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 20_000,
    application_name: role,
    keepAlive: true,
  })
  pool.on('error', () => {})
  return Object.assign(pool, { role })
}

/** A transaction that runs under one request's verified claims. */
export interface Tx {
  query<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>
}

/**
 * Runs `work` in one transaction under the current request's hand-over for the
 * pool's role. Commits when it returns, rolls back when it throws; errors come
 * out as `Fault` or as the `Refusal` that was thrown.
 */
export async function withRequest<T>(
  pool: RolePool,
  work: (tx: Tx) => Promise<T>,
  handover = handoverFor(pool.role),
): Promise<T> {
  let client: pg.PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    throw toFault(error)
  }
  let broken: Error | undefined
  try {
    await client.query('BEGIN')
    await client.query({
      name: 'claims',
      text: "SELECT set_config('request.jwt.claims', $1, true)",
      values: [handover],
    })
    const result = await work({
      query: async (sql, values = []) => (await client.query(sql, [...values])).rows,
    })
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: Error) => {
      broken = cause // a connection in doubt is closed, never handed to the next request
    })
    throw toFault(error)
  } finally {
    client.release(broken)
  }
}
