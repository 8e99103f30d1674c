/**
 * Prisma under a request's claims: every model query of a service runs inside
 * a transaction that carries the verified hand-over, and nowhere else.
 */
import { handoverFor } from './requestScope.ts'
import { toFault } from './faults.ts'

/** What every generated client offers, whatever its models. */
interface PrismaTransactions<Client> {
  $transaction<T>(work: (tx: Client) => Promise<T>, options?: { maxWait?: number; timeout?: number }): Promise<T>
}
interface RawQueries {
  $queryRawUnsafe<T = unknown>(query: string, ...values: unknown[]): Promise<T>
}

/** The transaction client of a generated Prisma client: its models, without ways to begin another. */
export type PrismaTx<Client> = Client extends {
  $transaction<T>(work: (tx: infer Tx) => Promise<T>, ...rest: never[]): Promise<T>
}
  ? Tx
  : never

/**
 * Binds a client of `role` to requests. The result runs `work` in one
 * transaction under the current request's claims; errors come out as `Fault`.
 */
export function prismaRequest<Tx extends RawQueries>(
  client: PrismaTransactions<Tx>,
  role: string,
): <T>(work: (tx: Tx) => Promise<T>) => Promise<T> {
  return async (work) => {
    const handover = handoverFor(role)
    try {
      return await client.$transaction(
        async (tx) => {
          await tx.$queryRawUnsafe("SELECT set_config('request.jwt.claims', $1, true)", handover)
          return work(tx)
        },
        { maxWait: 3_000, timeout: 20_000 },
      )
    } catch (error) {
      throw toFault(error)
    }
  }
}

/** Constant SQL with parameters on a Prisma transaction; never pass text that was put together. */
export function rawQuery(tx: RawQueries): <Row>(sql: string, values: readonly unknown[]) => Promise<Row[]> {
  return <Row>(sql: string, values: readonly unknown[]) => tx.$queryRawUnsafe<Row[]>(sql, ...values)
}
