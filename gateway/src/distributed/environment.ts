/**
 * The gateway's environment in the distributed form.
 *
 *   MUSTER_PUBLIC_URL                    the origin people and clients use: issuer of tokens
 *   MUSTER_SUBGRAPH_<SERVICE>            address of each service's graph, e.g. MUSTER_SUBGRAPH_IDENTITY
 *   MUSTER_DATABASE_URL_MUSTER_GATEWAY   connection URL of the gateway's login role
 *   MUSTER_HANDOVER_KEY_FILE             64 hexadecimal characters: the key shared with the database
 *   MUSTER_ROOT_KEY_FILE                 root key file of the local key provider
 *   MUSTER_TLS_{CA,CERT,KEY}_FILE        PEM: our certificate towards the services, and their authority
 *   MUSTER_TRUSTED_PROXIES               addresses or subnets, comma-separated
 *   MUSTER_OTHER_ORIGINS                 further origins of the console, comma-separated
 *   MUSTER_PUBLIC_LEDGERS                origins of logs served to the public, comma-separated
 *   MUSTER_METRICS_TOKEN_FILE            admits a scraper that is not on this machine
 *   HOST, PORT                           where to listen; 127.0.0.1 and 4000 unless said otherwise
 *
 * Secrets come from files, never from the environment: it is inherited and shown.
 */
import { readFileSync } from 'node:fs'
import type { GatewaySettings } from '../config.ts'
import { rolesOf } from '../graph/serviceRoles.ts'
import type { RemoteSubgraph } from '../graph/endpoint.ts'
import type { PeerTls } from '../remote/peer.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface DistributedGateway {
  readonly handoverKey: Buffer
  readonly subgraphs: readonly RemoteSubgraph[]
  readonly tls: PeerTls | undefined
  readonly settings: GatewaySettings
  readonly host: string
  readonly port: number
}

export const serviceNames = ['identity', 'scoring', 'guard', 'passport', 'workforce'] as const

/** Reads it. Throws one sentence that names what is missing or wrong. */
export function gatewayEnvironment(environment: Environment): DistributedGateway {
  for (const name of ['MUSTER_CLOCK', 'MUSTER_SUPERGRAPH']) {
    if (environment[name]) throw new Error(`\`${name}\` is for the embedded form only`)
  }
  const tls = peerTls(environment)
  const port = Number(environment['PORT'] ?? 4000)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('`PORT` is not a port')
  const metricsToken = environment['MUSTER_METRICS_TOKEN_FILE']
  return {
    handoverKey: handoverKey(needed(environment, 'MUSTER_HANDOVER_KEY_FILE')),
    subgraphs: serviceNames.map((name) => ({
      name,
      url: address(environment, `MUSTER_SUBGRAPH_${name.toUpperCase()}`, tls),
      roles: rolesOf(name),
      ...(tls === undefined ? {} : { tls }),
    })),
    tls,
    settings: {
      publicUrl: needed(environment, 'MUSTER_PUBLIC_URL'),
      otherOrigins: list(environment['MUSTER_OTHER_ORIGINS']),
      trustedProxies: list(environment['MUSTER_TRUSTED_PROXIES']),
      publicLedgers: list(environment['MUSTER_PUBLIC_LEDGERS']),
      ...(metricsToken === undefined ? {} : { metricsToken: readFileSync(metricsToken, 'utf8').trim() }),
    },
    host: environment['HOST'] ?? '127.0.0.1',
    port,
  }
}

function needed(environment: Environment, name: string): string {
  const value = environment[name]
  if (value === undefined || value === '') throw new Error(`\`${name}\` is not set`)
  return value
}

function list(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function handoverKey(path: string): Buffer {
  const hex = readFileSync(path, 'utf8').trim()
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new Error(`\`${path}\` does not hold 64 hexadecimal characters`)
  return Buffer.from(hex, 'hex')
}

function peerTls(environment: Environment): PeerTls | undefined {
  const names = ['MUSTER_TLS_CA_FILE', 'MUSTER_TLS_CERT_FILE', 'MUSTER_TLS_KEY_FILE'] as const
  if (names.every((name) => !environment[name])) return undefined
  const [ca, cert, key] = names.map((name) => readFileSync(needed(environment, name), 'utf8'))
  return { ca: ca!, cert: cert!, key: key! }
}

/** A hand-over is worth a minute of somebody's rights: it crosses no network in the clear. */
function address(environment: Environment, name: string, tls: PeerTls | undefined): string {
  const text = needed(environment, name)
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Error(`\`${name}\` is not an address`)
  const near = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (!near && (url.protocol !== 'https:' || tls === undefined)) {
    throw new Error(
      `\`${name}\` leaves this machine: it needs https and \`MUSTER_TLS_CA_FILE\`, \`…CERT_FILE\`, \`…KEY_FILE\``,
    )
  }
  return text
}
