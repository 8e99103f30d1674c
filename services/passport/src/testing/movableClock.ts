/** A clock that tests set forward: for what happens after months. */
import type { Clock } from '@muster/kernel'

export interface MovableClock extends Clock {
  /** Milliseconds. */
  forward(ms: number): void
}

export function movableClock(): MovableClock {
  let ahead = 0
  return {
    get offsetMs() {
      return ahead
    },
    nowMs: () => Date.now() + ahead,
    nowIso: () => new Date(Date.now() + ahead).toISOString(),
    forward(ms) {
      ahead += ms
    },
  }
}
