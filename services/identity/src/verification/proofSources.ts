/**
 * Looking outside for a token: TXT records, and one file over HTTPS.
 *
 * INVARIANT (public addresses only): the name is resolved here, every address it
 * has must be a public unicast one, and the connection goes to exactly those;
 * there is no second resolution in between, and no redirect is followed.
 */
import { Resolver } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent, request } from 'undici'
import { recordName, wellKnownPath } from './verification.ts'

const dnsTimeoutMs = 2_000
const webTimeoutMs = 5_000
/** Room for hundreds of tokens. */
const fileBytesMax = 16 * 1024

export interface ProofSettings {
  /** `address` or `address:port`; the system's own when absent. */
  dnsServers?: readonly string[] | undefined
  /** Which addresses may be dialled; public ones when absent. */
  mayDial?: ((address: string) => boolean) | undefined
  /** 443 when absent. */
  port?: number | undefined
  /** Certificates to trust instead of the system's, PEM. */
  ca?: string | undefined
}

export interface ProofSources {
  /** The TXT records under the domain's own name for this; none when it cannot be asked. */
  records(domain: string): Promise<string[]>
  /** The text of the domain's well-known file; null when there is none, or none within reach. */
  file(domain: string): Promise<string | null>
  close(): Promise<void>
}

/** True for an address of the public internet, whichever way it is written. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'
}

export function openProofSources(settings: ProofSettings = {}): ProofSources {
  const resolver = new Resolver({ timeout: dnsTimeoutMs, tries: 2 })
  if (settings.dnsServers !== undefined) resolver.setServers([...settings.dnsServers])
  const mayDial = settings.mayDial ?? isPublicAddress
  const port = settings.port ?? 443

  const addresses = async (name: string): Promise<{ address: string; family: 4 | 6 }[]> => {
    const [v4, v6] = await Promise.all([
      resolver.resolve4(name).catch((): string[] => []),
      resolver.resolve6(name).catch((): string[] => []),
    ])
    const found = [
      ...v4.map((address) => ({ address, family: 4 as const })),
      ...v6.map((address) => ({ address, family: 6 as const })),
    ]
    // All or nothing: a name that points inside as well is not dialled at its better half.
    return found.every(({ address }) => mayDial(address)) ? found : []
  }
  const lookup: LookupFunction = (name, options, answer) => {
    void addresses(name).then((found) => {
      const [first] = found
      if (first === undefined) answer(new Error('no public address'), '', 0)
      else if (options.all === true) answer(null, found)
      else answer(null, first.address, first.family)
    })
  }
  const dialler = new Agent({
    connect: { lookup, timeout: webTimeoutMs, ...(settings.ca === undefined ? {} : { ca: settings.ca }) },
    headersTimeout: webTimeoutMs,
    bodyTimeout: webTimeoutMs,
    keepAliveTimeout: 1,
    maxHeaderSize: fileBytesMax,
  })

  return {
    async records(domain) {
      try {
        return (await resolver.resolveTxt(recordName(domain))).map((chunks) => chunks.join(''))
      } catch {
        return [] // no such name, no such record, no answer: nothing was found
      }
    },
    async file(domain) {
      try {
        const { statusCode, body } = await request(`https://${domain}:${port}${wellKnownPath}`, {
          dispatcher: dialler,
          headers: { accept: 'application/json' },
          // The whole conversation, however slowly it drips.
          signal: AbortSignal.timeout(webTimeoutMs),
        })
        const chunks: Buffer[] = []
        let bytes = 0
        for await (const chunk of body as AsyncIterable<Buffer>) {
          bytes += chunk.length
          if (bytes > fileBytesMax) {
            body.destroy()
            return null
          }
          chunks.push(chunk)
        }
        return statusCode === 200 ? Buffer.concat(chunks).toString('utf8') : null
      } catch {
        return null // out of reach, or nothing that may be reached
      }
    },
    close: () => dialler.close(),
  }
}
