/**
 * Living through a past: the services' clock and SQL's are set back, moved
 * forward together while the demo is made, and set to what was asked for at
 * the end, so that every receipt carries the time the product's clock said.
 *
 * Embedded form only, and only before anything is served.
 * INVARIANT (forward): no move sets the clock back, and none beyond the present.
 */
import { movingClock } from '@muster/db'
import pg from 'pg'
import type { SeedTime } from '../../../../prisma/seed/parts.ts'
import type { Clocks } from './demo.ts'

export interface Past {
  superuserUrl: string
  /** Where it begins; the same as `endMs` moves nothing. */
  startMs: number
  /** The present by the clock that was asked for, milliseconds since the Unix epoch. */
  endMs: number
}

export async function inThePast<T>(
  { moving, asked }: Clocks,
  { superuserUrl, startMs, endMs }: Past,
  work: (time: SeedTime) => Promise<T>,
): Promise<T> {
  if (startMs >= endMs) return work({ endMs, nowMs: () => moving.nowMs(), advanceTo: () => Promise.resolve() })
  const admin = new pg.Client({ connectionString: superuserUrl })
  await admin.connect()
  const startOffsetMs = asked.offsetMs - Math.ceil(asked.nowMs() - startMs)
  const sql = await movingClock(admin, startOffsetMs)
  moving.move(startOffsetMs)
  try {
    return await work({
      endMs,
      nowMs: () => moving.nowMs(),
      async advanceTo(ms) {
        const aheadMs = Math.floor(Math.min(ms, endMs) - moving.nowMs())
        if (aheadMs <= 0) return
        const offsetMs = Math.min(asked.offsetMs, moving.offsetMs + aheadMs)
        await sql.move(offsetMs)
        moving.move(offsetMs)
      },
    })
  } finally {
    await sql.settle(asked.offsetMs)
    moving.move(asked.offsetMs)
    await admin.end()
  }
}
