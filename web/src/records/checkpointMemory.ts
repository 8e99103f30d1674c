/**
 * The last checkpoint this browser saw of each log. Whoever opens the console
 * is a witness: a history rewritten on the server does not contain it any more.
 *
 * INVARIANT (never backwards): a checkpoint is only replaced by one of a ledger
 * that was verified here to contain it.
 */
export interface SeenCheckpoint {
  readonly origin: string
  readonly size: number
  readonly rootHash: string
  /** The signed note itself: the evidence, should the log ever fork. */
  readonly note: string
  readonly seenAt: string
}

const prefix = 'muster.checkpoint.'

/** Everything remembered. What cannot be read is no memory. */
export function remembered(storage: Storage): SeenCheckpoint[] {
  return Array.from({ length: storage.length }, (_, at) => storage.key(at))
    .filter((key) => key?.startsWith(prefix) === true)
    .map((key) => read(storage.getItem(key ?? '')))
    .filter((seen) => seen !== null)
}

/** Remembers `seen`, unless something larger of the same log is remembered. */
export function remember(storage: Storage, seen: SeenCheckpoint): void {
  const before = read(storage.getItem(prefix + seen.origin))
  if (before !== null && before.size > seen.size) return
  storage.setItem(prefix + seen.origin, JSON.stringify(seen))
}

function read(text: string | null): SeenCheckpoint | null {
  if (text === null) return null
  try {
    const value = JSON.parse(text) as Partial<SeenCheckpoint>
    const { origin, size, rootHash, note, seenAt } = value
    const isWhole =
      typeof origin === 'string' &&
      typeof size === 'number' &&
      typeof rootHash === 'string' &&
      typeof note === 'string' &&
      typeof seenAt === 'string'
    return isWhole ? { origin, size, rootHash, note, seenAt } : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
