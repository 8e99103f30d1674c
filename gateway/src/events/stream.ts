/**
 * One live stream: server-sent events (WHATWG HTML §9.2) to one page.
 *
 * Changes are unnamed events; `gone` says that a thing left the watcher's
 * sight, `reset` that too much happened to name it, `end` why the stream stops.
 */
import type { ServerResponse } from 'node:http'
import type { Presented } from '../principals/authenticate.ts'
import type { Principal } from '../principals/principal.ts'
import type { LiveEvent } from './liveEvent.ts'

export type EndReason = 'expired' | 'revoked' | 'scope_changed' | 'too_slow' | 'shutdown'

export interface Stream {
  readonly presented: Presented
  /** As it was when the stream opened; another scope needs another stream. */
  readonly principal: Principal
  readonly openedAt: number
  /** Sequence number up to which everything was told. */
  at: number
  /** When the credential was last found good, `performance.now()` milliseconds. */
  checkedAt: number
  readonly closed: boolean
  send(events: readonly LiveEvent[], name?: 'gone'): void
  reset(version: number): void
  beat(): void
  end(reason: EndReason): void
}

/** Reconnect after this many milliseconds. */
const retryMs = 2_000
/** What may wait for a reader that does not read. Bytes. */
const pendingBytesMax = 262_144

/** Opens the stream on a response whose head was sent. `onClose` runs once, whoever ends it. */
export function openStream(
  response: ServerResponse,
  who: { presented: Presented; principal: Principal; at: number },
  onClose: () => void,
): Stream {
  let closed = false
  const close = (): void => {
    if (closed) return
    closed = true
    onClose()
  }
  response.once('close', close)
  const write = (text: string): void => {
    if (closed) return
    response.write(text)
    if (response.writableLength > pendingBytesMax) stream.end('too_slow')
  }
  const now = performance.now()
  const stream: Stream = {
    ...who,
    openedAt: now,
    checkedAt: now,
    get closed() {
      return closed
    },
    send(events, name) {
      const head = name === undefined ? '' : `event: ${name}\n`
      write(events.map((event) => `${head}id: ${event.version}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
    },
    reset: (version) => write(`event: reset\nid: ${version}\ndata: ${JSON.stringify({ version })}\n\n`),
    beat: () => write(': \n\n'),
    end(reason) {
      if (closed) return
      response.end(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`)
      close()
    },
  }
  response.write(`retry: ${retryMs}\nevent: open\nid: ${who.at}\ndata: ${JSON.stringify({ version: who.at })}\n\n`)
  return stream
}

/** Two principals with one scope see the same receipts: they are read once for both. */
export function sightOf({ all, units, agent, subject, kind }: Principal): string {
  if (all && kind !== 'agent') return 'all'
  return `${subject} ${agent ?? ''} ${units.join()}`
}
