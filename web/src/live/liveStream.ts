/**
 * One live stream per browser: the tab that holds a lock reads `/events` and
 * tells the others. When it closes, the next tab in line takes over.
 *
 * An event says which thing changed, never how: whoever shows it asks the
 * graph again, under its own rights.
 */
export interface LiveEvent {
  readonly typename: string
  readonly id: string
  readonly version: number
}

/** What a tab hears: a change, a thing that left its sight, or that too much happened to name it. */
export type LiveNews = { readonly kind: 'changed' | 'gone'; readonly event: LiveEvent } | { readonly kind: 'reset' }

type Hear = (news: LiveNews) => void

/**
 * Listens for as long as the session lives.
 * @param session names the lock and the channel: two sessions never share a stream.
 * @returns stops listening, and reading where this tab was the reader.
 */
export function listenLive(session: string, hear: Hear): () => void {
  const name = `muster.live.${session}`
  const channel = new BroadcastChannel(name)
  channel.onmessage = ({ data }: MessageEvent<LiveNews>) => hear(data)
  const over = new AbortController()
  const tell: Hear = (news) => {
    channel.postMessage(news)
    hear(news)
  }
  navigator.locks
    .request(name, { signal: over.signal }, () => readStream(tell, over.signal))
    .catch((error: unknown) => {
      // Left while still in line: nothing was read, nothing is lost.
      if (!over.signal.aborted) throw error
    })
  return () => {
    over.abort()
    channel.close()
  }
}

/** Reads until `signal` says so; the browser reconnects by itself and says where it was. */
function readStream(tell: Hear, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const source = new EventSource('/events')
    const eventOf = (message: MessageEvent<string>): LiveEvent => JSON.parse(message.data) as LiveEvent
    source.onmessage = (message: MessageEvent<string>) => tell({ kind: 'changed', event: eventOf(message) })
    source.addEventListener('gone', (message: MessageEvent<string>) => tell({ kind: 'gone', event: eventOf(message) }))
    source.addEventListener('reset', () => tell({ kind: 'reset' }))
    signal.addEventListener('abort', () => {
      source.close()
      resolve()
    })
  })
}
