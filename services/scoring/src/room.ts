/**
 * What every capability of scoring stands on: its pool, its Prisma models over
 * the same pool, its keyring and the clock. Ingestion and the score of a page of
 * agents go through `pg`; lists through the models.
 *
 * INVARIANT (seal first): sealing may fetch a data key, in a transaction of its
 * own. It happens before a batch's transaction begins, so that no caller holds
 * one connection while waiting for another.
 */
import { dataKeyStore, openPool, prismaRequest, withRequest, type PrismaTx, type Tx } from '@muster/db'
import type { Clock } from '@muster/kernel'
import { DataKeyring } from '@muster/keys'
import type { ServiceDeps } from '@muster/subgraph-kit'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/prisma/client.ts'

const role = 'muster_scoring'

/** The models, inside one request's transaction. */
export type Models = PrismaTx<PrismaClient>
export type { Tx }

export interface Room {
  /** Runs SQL in one transaction under the current request's verified claims. */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** The same over the models. */
  read<T>(work: (models: Models) => Promise<T>): Promise<T>
  readonly ring: DataKeyring
  readonly clock: Clock
  /** Rejects when the database does not answer. */
  ready(): Promise<void>
  close(): Promise<void>
}

export function openRoom(deps: ServiceDeps): Room {
  const pool = openPool({ url: deps.databaseUrl(role), role })
  const client = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'scoring' }) })
  return {
    run: (work) => withRequest(pool, work),
    read: prismaRequest<Models>(client, role),
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
