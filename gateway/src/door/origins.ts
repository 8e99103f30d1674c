/**
 * Which pages may act with the console's cookie: our own, and no other.
 *
 * The browser says where a request comes from (`Origin`, `Sec-Fetch-Site`);
 * both are out of a page's reach. The comparison is with the configured origin,
 * never with `Host`, which whoever rebinds a name controls.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { Refused } from './problem.ts'

export interface Origins {
  /** The public origin: issuer of tokens, base of every absolute address. */
  readonly own: string
  /** Without a configured origin, this machine's names at the port that was taken. */
  listeningOn(port: number): void
  /** Throws unless the request comes from one of our own pages. For everything done with the cookie. */
  requireOwn(headers: IncomingHttpHeaders): void
  /** Throws when a browser says that the request comes from elsewhere. For sign-in, which has no cookie yet. */
  refuseForeign(headers: IncomingHttpHeaders): void
}

/** Origins as `scheme://host[:port]`. */
export function originsOf(publicUrl: string | undefined, others: readonly string[]): Origins {
  let own = publicUrl
  const known = new Set([...(publicUrl === undefined ? [] : [publicUrl]), ...others])
  const refuse = (): never => {
    throw new Refused('ORIGIN_REFUSED', 'the request did not come from a page of this origin')
  }
  return {
    get own() {
      if (own === undefined) throw new Error('the gateway has no public origin before it listens')
      return own
    },
    listeningOn(port) {
      if (publicUrl !== undefined) return
      own = `http://localhost:${port}`
      for (const host of ['localhost', '127.0.0.1', '[::1]']) known.add(`http://${host}:${port}`)
    },
    requireOwn({ origin, 'sec-fetch-site': site }) {
      if (origin !== undefined ? !known.has(origin) : site !== 'same-origin') refuse()
    },
    refuseForeign({ origin, 'sec-fetch-site': site }) {
      if (origin !== undefined && !known.has(origin)) refuse()
      if (site !== undefined && site !== 'same-origin' && site !== 'none') refuse()
    },
  }
}
