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

/** Whether somebody reads: `lost` while the connection is being made again. */
export type LiveHealth = 'on' | 'lost'

/** News as it goes from tab to tab: with the place in the stream, so that whoever reads next goes on from there. */
interface Told {
  readonly news: LiveNews
  readonly at: string
}

/** What tabs say to each other: news, how the reader fares, and a newcomer's question for it. */
type Said = Told | { readonly health: LiveHealth } | 'how is it?'

/** A reader that was turned away comes back after this long. */
const retryMs = 5_000

/**
 * Listens for as long as the session lives.
 * @param session names the lock and the channel: two sessions never share a stream.
 * @param feel told how the reading goes, whichever tab does it.
 * @returns stops listening, and reading where this tab was the reader.
 */
export function listenLive(session: string, hear: Hear, feel: (health: LiveHealth) => void): () => void {
  const name = `muster.live.${session}`
  const channel = new BroadcastChannel(name)
  let at = ''
  /** Null while another tab reads. */
  let own: LiveHealth | null = null
  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    if (data === 'how is it?') {
      if (own !== null) channel.postMessage({ health: own } satisfies Said)
    } else if ('health' in data) {
      feel(data.health)
    } else {
      at = data.at
      hear(data.news)
    }
  }
  channel.postMessage('how is it?' satisfies Said)
  const fare = (health: LiveHealth): void => {
    if (own === health || over.signal.aborted) return
    own = health
    channel.postMessage({ health } satisfies Said)
    feel(health)
  }
  const over = new AbortController()
  const tell = (told: Told): void => {
    at = told.at
    channel.postMessage(told)
    hear(told.news)
  }
  navigator.locks
    .request(name, { signal: over.signal }, async () => {
      while (!over.signal.aborted) await readStream(at, tell, fare, over.signal)
    })
    .catch((error: unknown) => {
      // Left while still in line: nothing was read, nothing is lost.
      if (!over.signal.aborted) throw error
    })
  return () => {
    over.abort()
    channel.close()
  }
}

/**
 * Reads on from `at` until `signal` says so, or until the server turns the reader away. A connection that breaks
 * is the browser's to make again: it says by itself where it was.
 */
function readStream(
  at: string,
  tell: (told: Told) => void,
  fare: (health: LiveHealth) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const source = new EventSource(at === '' ? '/events' : `/events?after=${encodeURIComponent(at)}`)
    const eventOf = (message: MessageEvent<string>): LiveEvent => JSON.parse(message.data) as LiveEvent
    const place = (message: MessageEvent): string => message.lastEventId
    source.onmessage = (message: MessageEvent<string>) =>
      tell({ news: { kind: 'changed', event: eventOf(message) }, at: place(message) })
    source.addEventListener('gone', (message: MessageEvent<string>) =>
      tell({ news: { kind: 'gone', event: eventOf(message) }, at: place(message) }),
    )
    source.addEventListener('reset', (message) => tell({ news: { kind: 'reset' }, at: place(message) }))
    const end = (): void => {
      source.close()
      resolve()
    }
    signal.addEventListener('abort', end)
    source.addEventListener('open', () => fare('on'))
    source.addEventListener('error', () => {
      fare('lost')
      if (source.readyState === EventSource.CLOSED) setTimeout(end, retryMs)
    })
  })
}
