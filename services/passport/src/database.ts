/**
 * The passport's way to its tables: Prisma for what is looked up one by one, a
 * plain pool for the ledger's streams and for data keys. Every transaction of
 * either begins with the request's verified hand-over.
 */
import { openPool, prismaRequest, rawQuery, type PrismaTx, type RolePool } from '@muster/db'
import { PrismaPg } from '@prisma/adapter-pg'
import type { QueryResultRow } from 'pg'
import { PrismaClient } from './generated/prisma/client.ts'

export const passportRole = 'muster_passport'
/** Connections of the models, and of streams and data keys. */
const modelConnectionsMax = 3
const poolConnectionsMax = 6

/** The models, inside a request's transaction. */
export type Tx = PrismaTx<PrismaClient>

/** Constant SQL with parameters, in a transaction of either kind. */
export type Query = <Row extends QueryResultRow>(sql: string, values?: readonly unknown[]) => Promise<Row[]>

export interface Database {
  /** Runs `work` with the models, in one transaction under the current request's claims. */
  models<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  readonly pool: RolePool
  /** Rejects when the database does not answer. */
  ready(): Promise<void>
  close(): Promise<void>
}

export function queryOf(tx: Tx): Query {
  const raw = rawQuery(tx)
  return (sql, values = []) => raw(sql, values)
}

export function openDatabase(url: string): Database {
  const adapter = new PrismaPg({
    connectionString: url,
    max: modelConnectionsMax,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 15_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 20_000,
    application_name: passportRole,
    keepAlive: true,
  })
  const client = new PrismaClient({ adapter })
  const pool = openPool({ url, role: passportRole, max: poolConnectionsMax })
  return {
    models: prismaRequest<Tx>(client, passportRole),
    pool,
    async ready() {
      await pool.query('SELECT 1')
    },
    async close() {
      await Promise.all([client.$disconnect(), pool.end()])
    },
  }
}
