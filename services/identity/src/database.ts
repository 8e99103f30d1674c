/**
 * The identity service's way to its tables: one Prisma client whose every
 * transaction begins with the request's verified hand-over, and one small pool
 * for data keys, so that sealing never waits for a transaction of its own caller.
 */
import { openPool, prismaRequest, rawQuery, type RolePool, type PrismaTx } from '@muster/db'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/prisma/client.ts'

const role = 'muster_identity'
/** Connections of the models' pool, and of the data keys': two processes' worth fits PostgreSQL's default hundred. */
const modelConnectionsMax = 6
const keyConnectionsMax = 2

/** The models, inside a request's transaction. */
export type Tx = PrismaTx<PrismaClient>

export interface Database {
  /** Runs `work` in one transaction under the current request's claims. */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  readonly keyPool: RolePool
  /** Rejects when the database does not answer. */
  ready(): Promise<void>
  close(): Promise<void>
}

/** Constant SQL with parameters, in a request's transaction. */
export function query<Row>(tx: Tx, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  return rawQuery(tx)<Row>(sql, values)
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
    application_name: role,
    keepAlive: true,
  })
  const client = new PrismaClient({ adapter })
  const keyPool = openPool({ url, role, max: keyConnectionsMax })
  return {
    run: prismaRequest<Tx>(client, role),
    keyPool,
    async ready() {
      await client.$queryRaw`SELECT 1`
    },
    async close() {
      await Promise.all([client.$disconnect(), keyPool.end()])
    },
  }
}
