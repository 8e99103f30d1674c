/**
 * What every capability of workforce stands on: its pool, its Prisma models
 * over the same pool, its keyring and the clock.
 *
 * INVARIANT (seal first): sealing may fetch a data key, in a transaction of its
 * own. It happens before a change's transaction begins, so that no caller holds
 * one connection while waiting for another.
 */
import { dataKeyStore, openPool, prismaRequest, rawQuery, type PrismaTx } from '@muster/db'
import type { Clock } from '@muster/kernel'
import { DataKeyring } from '@muster/keys'
import type { ServiceDeps } from '@muster/subgraph-kit'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/prisma/client.ts'

const role = 'muster_workforce'

/** The models, inside one request's transaction. */
export type Tx = PrismaTx<PrismaClient>

export interface Room {
  /** Runs `work` in one transaction under the current request's verified claims. */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  readonly ring: DataKeyring
  readonly clock: Clock
  /** Rejects when the database does not answer. */
  ready(): Promise<void>
  close(): Promise<void>
}

/** Constant SQL with parameters, in a request's transaction. */
export function query<Row>(tx: Tx, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  return rawQuery(tx)<Row>(sql, values)
}

export function openRoom(deps: ServiceDeps): Room {
  const pool = openPool({ url: deps.databaseUrl(role), role })
  const client = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'workforce' }) })
  return {
    run: prismaRequest<Tx>(client, role),
    ring: new DataKeyring({ store: dataKeyStore(pool), provider: deps.keyProvider }),
    clock: deps.clock,
    async ready() {
      await pool.query('SELECT 1')
    },
    async close() {
      await client.$disconnect()
      await pool.end()
    },
  }
}
