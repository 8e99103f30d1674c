/**
 * The log of a process: JSON lines, with everything secret cut out.
 *
 * INVARIANT (nothing secret in a line): code of this house logs no headers, no
 * bodies and no credentials; the redaction below is for the day somebody does.
 */
import pino, { type DestinationStream, type Logger } from 'pino'

/** What is never printed, at the top of a line or one object down. */
export const redactedPaths: readonly string[] = [
  'authorization',
  'cookie',
  'password',
  'client_secret',
  'token',
  'access_token',
  'apiKey',
  'handover',
  'handovers',
  '*.authorization',
  '*.cookie',
  '*.password',
  '*.client_secret',
  '*.token',
  '*.access_token',
  '*.apiKey',
  '*.handover',
  '*.handovers',
  'req.headers.authorization',
  'req.headers.cookie',
  'res.headers["set-cookie"]',
  'headers.authorization',
  'headers.cookie',
  'headers["x-muster-handover"]',
]

/** A logger to `destination`, or to standard output. @param level `info` in operation, `debug` to see every request. */
export function openLog(level = 'info', destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: [...redactedPaths], censor: '[redacted]' },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}
