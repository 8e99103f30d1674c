/**
 * What happens by itself: checkpoints every five minutes, expiry of approvals,
 * rotation of keys when due. Each tenant on its own, under its own scope.
 */
import type { Guard } from '@muster/guard'
import type { Identity } from '@muster/identity'
import { inScope } from '@muster/db'
import type { Passport } from '@muster/passport'
import type { Scoring } from '@muster/scoring'
import type { Logger } from 'pino'
import pg from 'pg'
import type { ServiceScopes } from './serviceScope.ts'

const checkpointEveryMs = 5 * 60_000
const expiryEveryMs = 30_000
const orphansEveryMs = 60_000
/** Evidence fades by the day; asked more often so that a machine that sleeps at night misses none. */
const fadingEveryMs = 60 * 60_000
/** Whoever proves something looks at the score next. */
const verifiedEveryMs = 5_000

export interface TimerParts {
  /** URL of the scheduler role, which may list tenant ids and nothing else. */
  schedulerUrl: string
  scopes: ServiceScopes
  guard: Guard
  identity: Identity
  passport: Passport
  scoring: Scoring
  log: Logger
}

/** Starts the timers; `stop` waits for what is under way. */
export function startTimers({ schedulerUrl, scopes, guard, identity, passport, scoring, log }: TimerParts): {
  stop(): Promise<void>
} {
  const pool = new pg.Pool({ connectionString: schedulerUrl, max: 1 })
  pool.on('error', () => {})
  const running = new Set<Promise<void>>()
  let stopped = false

  async function eachTenant(what: string, work: (tenantId: string) => Promise<unknown>): Promise<void> {
    try {
      const { rows } = await pool.query<{ id: string }>('SELECT t AS id FROM identity.tenant_ids() AS t')
      for (const { id } of rows) {
        if (stopped) return
        await work(id).catch((err: unknown) =>
          log.error({ err, tenant: id }, `${what} failed; it is tried again at its next time`),
        )
      }
    } catch (err) {
      log.error({ err }, `${what} could not list tenants; it is tried again at its next time`)
    }
  }

  function every(ms: number, what: string, work: (tenantId: string) => Promise<unknown>): NodeJS.Timeout {
    let busy = false
    return setInterval(() => {
      if (busy || stopped) return
      busy = true
      const run = eachTenant(what, work).finally(() => {
        busy = false
        running.delete(run)
      })
      running.add(run)
    }, ms)
  }

  const timers = [
    every(expiryEveryMs, 'expiring approvals', (tenant) => guard.maintain(scopes(tenant))),
    every(orphansEveryMs, 'freezing agents nobody answers for', (tenant) =>
      inScope(scopes(tenant), () => identity.freezeOrphans()),
    ),
    every(fadingEveryMs, 'relaxing score tiers', (tenant) => scoring.maintain(scopes(tenant))),
    every(verifiedEveryMs, 'taking verifications as evidence', (tenant) => scoring.takeVerifications(scopes(tenant))),
    every(checkpointEveryMs, 'signing a checkpoint', async (tenant) => {
      const scope = scopes(tenant)
      await inScope(scope, () => passport.maintain(scope))
    }),
  ]
  return {
    async stop() {
      stopped = true
      for (const timer of timers) clearInterval(timer)
      await Promise.all(running)
      await pool.end()
    },
  }
}
