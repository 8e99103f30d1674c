/**
 * One relay a tenant: looks at the ledger's head, reads what is new under each
 * watcher's own rights, tells them, and ends streams whose time is over.
 *
 * It follows the ledger instead of being told: what is in no receipt did not
 * happen, and a relay that was away misses nothing. A hint from this process
 * only makes it look sooner.
 * INVARIANT (checked first): a stream is told nothing unless its credential was
 * found good within the last second.
 */
import type { Logger } from 'pino'
import type { Authenticator } from '../principals/authenticate.ts'
import type { Principal } from '../principals/principal.ts'
import { eventsOf, lastOfEach, type SeenReceipt } from './liveEvent.ts'
import { receiptsMax, type ReceiptFeed } from './receiptFeed.ts'
import { sightOf, type Stream } from './stream.ts'

export interface Relay {
  add(stream: Stream): void
  remove(stream: Stream): void
  /** Something was committed by this process. */
  hint(): void
  stop(): void
  readonly empty: boolean
}

/** How often the head is looked at. Milliseconds. */
const pollMs = 250
/** After a hint: time for the commits of one burst to arrive together. */
const hintMs = 15
const checkEveryMs = 1_000
const heartbeatMs = 15_000
/** No stream outlives this; a page opens the next one at once. */
export const streamMsMax = 15 * 60_000

export interface RelayParts {
  feed: ReceiptFeed
  authenticator: Authenticator
  log: Logger
  eventsSent(count: number): void
  /** Injected for tests that cannot wait a quarter of an hour. */
  streamMsMax?: number
}

export function openRelay(tenantId: string, parts: RelayParts): Relay {
  const { feed, authenticator, log } = parts
  const lifeMs = parts.streamMsMax ?? streamMsMax
  const streams = new Set<Stream>()
  let timer: NodeJS.Timeout | undefined
  let looking = false
  let hinted = false
  let stopped = false
  let beatAt = performance.now()

  function schedule(ms: number): void {
    if (stopped || streams.size === 0) return
    clearTimeout(timer)
    timer = setTimeout(() => void look(), ms)
  }

  async function look(): Promise<void> {
    if (looking || stopped) return
    looking = true
    hinted = false
    try {
      await Promise.all([...streams].map(check))
      const head = await feed.head(tenantId)
      await tell(head)
    } catch (error) {
      // The database is away: nothing is told until it is back, and nothing is missed.
      log.warn({ err: error }, 'the live stream waits for the database')
    } finally {
      looking = false
      beat()
      schedule(hinted ? hintMs : pollMs)
    }
  }

  /** Ends a stream whose time, credential or scope is over. */
  async function check(stream: Stream): Promise<void> {
    const now = performance.now()
    if (now - stream.openedAt > lifeMs) return stream.end('expired')
    if (now - stream.checkedAt < checkEveryMs) return
    const principal = await authenticator.again(stream.presented)
    stream.checkedAt = now
    if (principal === null) stream.end('revoked')
    else if (changed(stream.principal, principal)) stream.end('scope_changed')
  }

  async function tell(head: number): Promise<void> {
    const behind = [...streams].filter((stream) => !stream.closed && stream.at < head)
    if (behind.length === 0) return
    const from = Math.min(...behind.map(({ at }) => at))
    const moves = await feed.moves(tenantId, Math.max(from, head - receiptsMax), head)
    const groups = Map.groupBy(behind, (stream) => `${stream.at} ${sightOf(stream.principal)}`)
    for (const group of groups.values()) {
      const [first] = group
      if (first === undefined) continue
      if (head - first.at > receiptsMax) {
        for (const stream of group) {
          stream.reset(head)
          stream.at = head
        }
        continue
      }
      const seen = await feed.since(first.principal, first.at, head)
      const since = moves.filter(({ seq }) => seq > first.at).map(({ move }) => move)
      const lost = await feed.lost(first.principal, since)
      for (const stream of group) deliver(stream, seen, lost, head)
    }
  }

  function deliver(stream: Stream, seen: readonly SeenReceipt[], lost: readonly string[], head: number): void {
    if (stream.closed) return
    const gone = lost.map((id) => ({ typename: 'Agent', id, version: head }))
    const events = lastOfEach(seen.flatMap(eventsOf)).filter(({ id }) => !lost.includes(id))
    if (events.length > 0) stream.send(events)
    if (gone.length > 0) stream.send(gone, 'gone')
    stream.at = head
    parts.eventsSent(events.length + gone.length)
  }

  function beat(): void {
    const now = performance.now()
    if (now - beatAt < heartbeatMs) return
    beatAt = now
    for (const stream of streams) stream.beat()
  }

  return {
    add(stream) {
      streams.add(stream)
      schedule(hintMs)
    },
    remove: (stream) => {
      streams.delete(stream)
    },
    hint() {
      if (hinted) return // a burst must not put off the look it asks for
      hinted = true
      if (!looking) schedule(hintMs)
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      for (const stream of streams) stream.end('shutdown')
    },
    get empty() {
      return streams.size === 0
    },
  }
}

/** True when what may be seen is not what it was when the stream opened. */
function changed(before: Principal, now: Principal): boolean {
  return (
    before.epoch !== now.epoch ||
    before.all !== now.all ||
    before.units.join() !== now.units.join() ||
    before.subject !== now.subject
  )
}
