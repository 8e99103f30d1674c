/**
 * The product's clock: every time that is decided on or recorded comes from it.
 *
 * `MUSTER_CLOCK` (an ISO instant, embedded form only) offsets it; it runs on
 * from there. SQL uses the same offset through `muster.now()`, so a grant
 * expires at one instant everywhere.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number
  /** The same instant as ISO 8601 in UTC with milliseconds. */
  nowIso(): string
  /** What is added to the machine's clock, in milliseconds. */
  readonly offsetMs: number
}

/** A clock running `offsetMs` milliseconds ahead of the machine's. */
export function offsetClock(offsetMs: number): Clock {
  return {
    offsetMs,
    nowMs: () => Date.now() + offsetMs,
    nowIso: () => new Date(Date.now() + offsetMs).toISOString(),
  }
}

export const systemClock: Clock = offsetClock(0)

/** A clock whose offset its owner changes: what lives through a demo company's past. */
export interface MovableClock extends Clock {
  /** From now on the clock runs `offsetMs` ahead of the machine's. */
  move(offsetMs: number): void
}

/** A clock that begins `offsetMs` milliseconds ahead of the machine's. Whoever moves it moves SQL's with it. */
export function movableClock(offsetMs: number): MovableClock {
  let offset = offsetMs
  return {
    get offsetMs() {
      return offset
    },
    nowMs: () => Date.now() + offset,
    nowIso: () => new Date(Date.now() + offset).toISOString(),
    move(to) {
      offset = to
    },
  }
}

/** Reads `MUSTER_CLOCK`; throws a `RangeError` for anything that is not an instant. */
export function clockFrom(instant: string | undefined): Clock {
  if (instant === undefined || instant === '') return systemClock
  const at = Date.parse(instant)
  if (!/^\d{4}-\d{2}-\d{2}T/.test(instant) || Number.isNaN(at)) {
    throw new RangeError(`\`MUSTER_CLOCK\` is not an ISO instant: \`${instant}\``)
  }
  return offsetClock(at - Date.now())
}
