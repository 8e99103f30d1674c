/**
 * Asked before anything is started: a taken port should cost a moment, not a
 * database start and stop.
 */
import { createServer } from 'node:net'

/** Rejects with the system's `EADDRINUSE` or `EACCES` when `port` cannot be opened on localhost. 0 is always free. */
export function assertPortFree(port: number): Promise<void> {
  if (port === 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(port, 'localhost', () => probe.close(() => resolve()))
  })
}
