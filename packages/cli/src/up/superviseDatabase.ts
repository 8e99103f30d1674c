/**
 * Keeps the embedded database running: when it ends without being asked to,
 * it is started again on the same port, and the pools find it there.
 *
 * Meanwhile every request that needs it is answered 503: nothing is decided
 * that cannot be recorded. What was committed is there after the restart.
 */
import { startPostgres, type RunningPostgres } from '@muster/db/embedded'
import type { Logger } from 'pino'

/** A database that ends again and again has a reason that starting does not mend. */
const attemptsMax = 5
const firstDelayMs = 200

export interface SupervisedDatabase {
  /** Resolves when it ended and could not be started again. */
  readonly lost: Promise<void>
  /** Where to say what happened, once there is a log. */
  tell(log: Logger): void
  stop(): Promise<void>
}

export function superviseDatabase(home: string, first: RunningPostgres): SupervisedDatabase {
  let current = first
  let stopping = false
  let log: Logger | undefined

  async function again(): Promise<boolean> {
    for (let attempt = 0; attempt < attemptsMax && !stopping; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, firstDelayMs * 2 ** attempt))
      try {
        current = await startPostgres({ home, port: first.port })
        log?.warn({ attempt }, 'the database was started again')
        return true
      } catch (err) {
        log?.error({ err, attempt }, 'the database could not be started again')
      }
    }
    return false
  }

  async function watch(): Promise<void> {
    for (;;) {
      await current.ended
      if (stopping) return new Promise(() => {}) // asked for: nothing was lost
      log?.error('the database ended without being asked to')
      if (!(await again())) return stopping ? new Promise(() => {}) : undefined
    }
  }

  return {
    lost: watch(),
    tell(to) {
      log = to
    },
    async stop() {
      stopping = true
      await current.stop()
    },
  }
}
