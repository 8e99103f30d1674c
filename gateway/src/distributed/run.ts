/**
 * The gateway as the program of its own process.
 */
import { depsFrom } from '@muster/subgraph-kit'
import { openLog } from '../door/log.ts'
import { createGateway } from '../gateway.ts'
import { remoteLedger, remoteSignIn } from '../remote/doors.ts'
import { remoteDoor } from '../remote/remoteDoor.ts'
import { gatewayEnvironment, type Environment } from './environment.ts'

export interface RunningGateway {
  readonly url: string
  close(): Promise<void>
}

/** Starts from the environment and serves until it is closed. */
export async function runGateway(environment: Environment): Promise<RunningGateway> {
  const { handoverKey, subgraphs, tls, settings, host, port } = gatewayEnvironment(environment)
  const { databaseUrl, keyProvider, clock } = await depsFrom(environment)
  const log = openLog(environment['LOG_LEVEL'])
  const doorTo = (name: string): ReturnType<typeof remoteDoor> =>
    remoteDoor(subgraphs.find((subgraph) => subgraph.name === name)!.url, tls)
  const [identity, passport] = [doorTo('identity'), doorTo('passport')]
  const gateway = await createGateway({
    subgraphs,
    identity: remoteSignIn(identity),
    passport: remoteLedger(passport),
    databaseUrl,
    handoverKey,
    keyProvider,
    clock,
    log,
    settings,
  })
  await gateway.listen({ host, port })
  const address = gateway.app.server.address()
  const url = typeof address === 'object' && address !== null ? `http://${host}:${address.port}` : settings.publicUrl!
  log.info({ service: 'gateway', url }, 'listening')
  return {
    url,
    async close() {
      await gateway.close()
      await Promise.all([identity.close(), passport.close()])
    },
  }
}
