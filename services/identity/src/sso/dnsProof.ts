/** A domain is somebody's when they can write into its DNS: TXT `muster-verification=<token>` at the domain itself. */
import { Resolver } from 'node:dns/promises'
import type { SsoSettings } from './settings.ts'

const timeoutMs = 3_000
const tries = 2

export const proofRecord = (token: string): string => `muster-verification=${token}`

/** Whether the record is there. A name server that does not answer has proved nothing. */
export async function isProven(
  domain: string,
  token: string,
  { dnsServers }: Pick<SsoSettings, 'dnsServers'>,
): Promise<boolean> {
  const resolver = new Resolver({ timeout: timeoutMs, tries })
  if (dnsServers !== undefined) resolver.setServers(dnsServers)
  const records = await resolver.resolveTxt(domain).catch(() => [])
  return records.some((parts) => parts.join('') === proofRecord(token))
}
