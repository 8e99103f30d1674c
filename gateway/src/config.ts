/**
 * What the door can be told, with the values it takes when it is told nothing.
 *
 * Limits are generous on purpose: they stop what no honest client sends, and a
 * benchmark on one machine never meets them.
 */
import { z } from 'zod'

const origin = z.url({ protocol: /^https?$/ }).transform((text) => new URL(text).origin)
const count = z.number().int().positive()

export const configSchema = z.strictObject({
  /** The origin people and clients use; issuer of tokens. Absent: `http://localhost:<port>` once it listens. */
  publicUrl: origin.optional(),
  /** Further origins under which the same console is reached; their pages may post with the cookie. */
  otherOrigins: z.array(origin).default([]),
  /** Proxies whose forwarded address is believed (an address, a subnet); absent: none. */
  trustedProxies: z.array(z.string()).default([]),
  /** Introspection and suggestions: for a developer's own form, never for the public. */
  introspection: z.boolean().default(false),
  /** Admits a scraper that is not on this machine to `/metrics`. */
  metricsToken: z.string().min(32).optional(),
  /** Ledgers whose checkpoints and hash tiles are served without a credential, because their tenant asked for it. */
  publicLedgers: z.array(z.string().regex(/^muster\.log\/[0-9a-f]{32}$/)).default([]),
  /** Folder of the built console; absent: the one this repository builds. */
  consoleFolder: z.string().optional(),
  /** Requests a second: of one key or agent, of one person, of one tenant. 0 = no limit. */
  requestsPerSecond: z
    .strictObject({
      credential: z.number().int().nonnegative().default(20_000),
      person: z.number().int().nonnegative().default(500),
      tenant: z.number().int().nonnegative().default(60_000),
    })
    .prefault({}),
  /** Credentials that do not hold, a minute from one address; then it is told to wait. */
  badCredentialsPerMinute: count.default(600),
  /** Passwords that do not hold, in a quarter of an hour: for one account from one address, and from one address. */
  signInFailures: z.strictObject({ pair: count.default(10), address: count.default(100) }).prefault({}),
  /** Live streams open at once: for one credential, and altogether. */
  streams: z.strictObject({ perCredential: count.default(10), total: count.default(5_000) }).prefault({}),
  /** Time one request may take to arrive, milliseconds. */
  requestArrivalMs: count.default(30_000),
})

/** Everything decided. */
export type GatewayConfig = z.output<typeof configSchema>
/** What a caller may say. */
export type GatewaySettings = z.input<typeof configSchema>

/** Fills in the defaults; throws what is wrong, setting by setting. */
export function gatewayConfig(settings: GatewaySettings = {}): GatewayConfig {
  const parsed = configSchema.safeParse(settings)
  if (parsed.success) return parsed.data
  throw new RangeError(`the gateway's settings are wrong:\n${z.prettifyError(parsed.error)}`)
}
