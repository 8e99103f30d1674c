/**
 * A service as the program of its own process: reads the environment, starts,
 * says where it listens, and leaves in order when it is told to.
 *
 *   MUSTER_DATABASE_URL_<ROLE>  connection URL of each login role it uses, e.g. MUSTER_DATABASE_URL_MUSTER_WORKFORCE
 *   MUSTER_ROOT_KEY_FILE        root key file of the local key provider; made when missing
 *   MUSTER_EMAIL_INDEX_KEY      64 hexadecimal characters; needed by services that look addresses up
 *   MUSTER_TLS_{CA,CERT,KEY}_FILE  PEM: our certificate, and the authority of the gateway's; needed beyond this machine
 *   HOST, PORT                  where to listen; 127.0.0.1 and any free port unless said otherwise
 *   LOG_LEVEL                   `info` unless said otherwise
 *
 * The clock is the machine's: `MUSTER_CLOCK` belongs to the embedded form and
 * is refused here.
 */
import { readFileSync } from 'node:fs'
import { systemClock } from '@muster/kernel'
import { LocalFileProvider } from '@muster/keys'
import pino from 'pino'
import { serveSubgraph, type ServedSubgraph, type ServerTls } from './serve.ts'
import type { ServiceDeps, Subgraph } from './subgraph.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What a service stands on, from its environment. Throws a sentence that names what is missing. */
export async function depsFrom(environment: Environment): Promise<ServiceDeps> {
  const needed = (name: string): string => {
    const value = environment[name]
    if (value === undefined || value === '') throw new Error(`\`${name}\` is not set`)
    return value
  }
  if (environment['MUSTER_CLOCK']) throw new Error('`MUSTER_CLOCK` is for the embedded form only')
  return {
    databaseUrl: (role) => needed(`MUSTER_DATABASE_URL_${role.toUpperCase()}`),
    keyProvider: await LocalFileProvider.open(needed('MUSTER_ROOT_KEY_FILE')),
    get emailIndexKey() {
      const hex = needed('MUSTER_EMAIL_INDEX_KEY')
      if (!/^[0-9a-f]{64}$/.test(hex)) throw new Error('`MUSTER_EMAIL_INDEX_KEY` is not 64 hexadecimal characters')
      return Buffer.from(hex, 'hex')
    },
    clock: systemClock,
    log: pino({ level: environment['LOG_LEVEL'] ?? 'info', redact: ['req.headers', 'handovers'] }),
  }
}

/** The three files, all or none. Without them nothing but this machine is listened to: a hand-over is worth somebody's rights. */
function tlsFrom(environment: Environment, host: string): ServerTls | undefined {
  const paths = ['CA', 'CERT', 'KEY'].map((part) => environment[`MUSTER_TLS_${part}_FILE`])
  if (paths.every((path) => path === undefined || path === '')) {
    if (['127.0.0.1', '::1', 'localhost'].includes(host)) return undefined
    throw new Error(`\`HOST\` is \`${host}\`: beyond this machine the \`MUSTER_TLS_…_FILE\` settings are needed`)
  }
  const [ca, cert, key] = paths.map((path) => {
    if (path === undefined || path === '') throw new Error('of the `MUSTER_TLS_…_FILE` settings one is missing')
    return readFileSync(path, 'utf8')
  })
  return { ca: ca!, cert: cert!, key: key! }
}

/** Starts a service from its environment and serves it until SIGINT or SIGTERM. */
export async function serveAlone(
  create: (deps: ServiceDeps) => Promise<Subgraph>,
  environment: Environment = process.env,
): Promise<ServedSubgraph> {
  const deps = await depsFrom(environment)
  const subgraph = await create(deps)
  const host = environment['HOST'] ?? '127.0.0.1'
  const port = Number(environment['PORT'] ?? 0)
  const served = await serveSubgraph(subgraph, { host, port, tls: tlsFrom(environment, host) })
  deps.log.info({ service: subgraph.name, url: served.url }, 'listening')
  const close = async (): Promise<void> => {
    await served.close() // first the door, then what stands behind it
    await subgraph.close()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      deps.log.info({ service: subgraph.name, signal }, 'stopping')
      close().catch((error: unknown) => {
        deps.log.error({ err: error }, 'did not stop in order')
        process.exitCode = 1
      })
    })
  }
  return { url: served.url, close }
}
