/**
 * What PostgreSQL says, as what a caller may hear.
 *
 * The database's own text can hold values and names: it stays in `cause`,
 * for the log, and never becomes public.
 */
import { Fault } from '@muster/kernel'

interface DatabaseError {
  code?: string
  message?: string
  meta?: { code?: string; driverAdapterError?: { cause?: { originalCode?: string; kind?: string; code?: string } } }
  cause?: unknown
}

/** SQLSTATE of an error raised by `pg` or by Prisma over it; undefined when it is not the database's. */
export function sqlState(error: unknown): string | undefined {
  const e = error as DatabaseError | null
  if (e === null || typeof e !== 'object') return undefined
  const adapter = e.meta?.driverAdapterError?.cause
  const code = adapter?.originalCode ?? adapter?.code ?? e.meta?.code ?? e.code
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code
  return e.cause === undefined || e.cause === error ? undefined : sqlState(e.cause)
}

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'P1001',
  'P1017',
  'P2024',
  'P2028',
])

/** True when the database is away, starting, stopping or without a free connection: worth trying again later. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined) return /^(08|57P|53)/.test(state)
  const e = error as { code?: string; message?: string } | null
  if (e === null || typeof e !== 'object') return false
  if (e.code !== undefined && networkCodes.has(e.code)) return true
  return /Connection terminated|timeout exceeded when trying to connect|Can't reach database|DatabaseNotReachable|SocketTimeout|ConnectionClosed/i.test(
    e.message ?? '',
  )
}

/** Turns any error of a transaction into a `Fault`; what is one already passes. */
export function toFault(error: unknown): unknown {
  if (error instanceof Fault || (error instanceof Error && error.name === 'Refusal')) return error
  if (isUnavailable(error))
    return new Fault('UNAVAILABLE', 'the database is not answering; nothing was recorded', { cause: error })
  const state = sqlState(error)
  if (state === 'MU003') return new Fault('UNAUTHENTICATED', 'the hand-over was not accepted', { cause: error })
  if (state === '40001' || state === '40P01' || state === '55P03') {
    return new Fault('UNAVAILABLE', 'too many at once; nothing was recorded', { cause: error })
  }
  if (state !== undefined) return new Fault('INTERNAL', 'the database refused', { cause: error })
  return error
}
