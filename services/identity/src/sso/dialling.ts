/**
 * Fetching what an administrator named, without reaching what is ours.
 *
 * An issuer is an address somebody typed, and the document behind it names
 * more. INVARIANT (public addresses only): the address is checked when it is
 * dialled, after the name was resolved, so that a name that changes its mind
 * between check and use reaches nothing. Redirects are not followed.
 */
import { lookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent, buildConnector, fetch as dial } from 'undici'
import type { SsoSettings } from './settings.ts'

export interface Dialler {
  readonly fetch: typeof globalThis.fetch
  /** An address that may be named at all: https, or http on this machine where that is allowed. */
  mayName(address: string): boolean
  close(): Promise<void>
}

const connectTimeoutMs = 3_000
const answerTimeoutMs = 5_000
/** Discovery documents and key sets are a few KiB. */
const answerBytesMax = 512 * 1024

/** Whether an IP address may be dialled. Mapped and embedded forms count as what they stand for. */
export function mayDial(address: string, allowLoopback: boolean): boolean {
  if (!ipaddr.isValid(address)) return false
  const range = ipaddr.process(address).range()
  return range === 'unicast' || (allowLoopback && range === 'loopback')
}

export function openDialler({ allowLoopback }: Pick<SsoSettings, 'allowLoopback'>): Dialler {
  const refused = (): Error => new Error('the address is not a public one')

  const guardedLookup: LookupFunction = (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const [first] = found ?? []
      if (error !== null) return done(error, '')
      // One private address among several is no accident.
      if (first === undefined || !found.every(({ address }) => mayDial(address, allowLoopback))) {
        return done(refused(), '')
      }
      return options.all === true ? done(null, found) : done(null, first.address, first.family)
    })
  }
  const connect = buildConnector({ timeout: connectTimeoutMs, lookup: guardedLookup })
  const agent = new Agent({
    connect(options, done) {
      const host = options.hostname.replace(/^\[|\]$/g, '')
      if (isIP(host) !== 0 && !mayDial(host, allowLoopback)) return done(refused(), null)
      return connect(options, done)
    },
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
    maxResponseSize: answerBytesMax,
  })

  const mayName = (address: string): boolean => {
    const url = URL.parse(address)
    if (url === null || url.username !== '' || url.password !== '') return false
    if (url.protocol === 'https:') return true
    return url.protocol === 'http:' && allowLoopback && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  }
  return {
    mayName,
    fetch: (async (input: string | URL, init: object = {}) => {
      if (!mayName(String(input))) throw refused()
      return dial(String(input), { ...init, dispatcher: agent, redirect: 'manual' })
    }) as unknown as typeof globalThis.fetch,
    close: () => agent.close(),
  }
}
