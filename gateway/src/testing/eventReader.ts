/**
 * Reads a live stream as a page would, one event at a time. Never imported by
 * the product.
 */
export interface SeenEvent {
  /** `message` when unnamed. */
  name: string
  id: string | null
  data: Record<string, unknown>
}

export interface EventReader {
  readonly response: Response
  /** The next event; rejects after `ms` milliseconds without one. */
  next(ms?: number): Promise<SeenEvent>
  /** Everything that arrives within `ms` milliseconds. */
  during(ms: number): Promise<SeenEvent[]>
  close(): void
}

/** @param query of the address, from `?` on. */
export async function readEvents(url: string, headers: Record<string, string>, query = ''): Promise<EventReader> {
  const stop = new AbortController()
  const response = await fetch(`${url}/events${query}`, { headers, signal: stop.signal })
  const queue: SeenEvent[] = []
  let wake = (): void => {}
  if (response.status === 200 && response.body !== null) void pump(response.body)

  async function pump(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder()
    let text = ''
    try {
      for await (const chunk of body) {
        text += decoder.decode(chunk, { stream: true })
        for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
          const event = parse(text.slice(0, at))
          text = text.slice(at + 2)
          if (event !== null) queue.push(event)
        }
        wake()
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error
    }
    queue.push({ name: 'closed', id: null, data: {} })
    wake()
  }

  async function next(ms = 3_000): Promise<SeenEvent> {
    const until = performance.now() + ms
    while (queue.length === 0) {
      const left = until - performance.now()
      if (left <= 0) throw new Error(`no event within ${ms} ms`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return queue.shift()!
  }

  return {
    response,
    next,
    async during(ms) {
      await new Promise((resolve) => setTimeout(resolve, ms))
      return queue.splice(0)
    },
    close: () => stop.abort(),
  }
}

function parse(block: string): SeenEvent | null {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const data = field('data')
  if (data === undefined) return null
  return {
    name: field('event') ?? 'message',
    id: field('id') ?? null,
    data: JSON.parse(data) as Record<string, unknown>,
  }
}
