/**
 * The gateway alone, in front of services in processes of their own
 * (environment: `distributed/environment.ts`). Traces start first: they patch
 * what the rest loads.
 */
import { startTelemetry } from './telemetry/index.ts'

const telemetry = await startTelemetry({ serviceName: 'muster-gateway' })
const { runGateway } = await import('./distributed/run.ts')
const running = await runGateway(process.env)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    running
      .close()
      .then(() => telemetry?.stop())
      .catch(() => {
        process.exitCode = 1
      })
  })
}
