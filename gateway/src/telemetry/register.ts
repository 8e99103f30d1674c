/**
 * Starts traces before anything else is loaded, for a process that is not ours
 * to change: `node --import @muster/gateway/telemetry/register src/main.ts`.
 */
import { startTelemetry } from './index.ts'

const telemetry = await startTelemetry({ serviceName: process.env['OTEL_SERVICE_NAME'] ?? 'muster', httpServer: true })
if (telemetry !== null) {
  process.once('beforeExit', () => {
    telemetry.stop().catch(() => undefined) // the collector is away: there is nobody to tell
  })
}
