/** What single sign-on can be told by whoever starts the service; in the distributed form it is told nothing. */
export interface SsoSettings {
  /** A provider on this machine, by plain http: for the embedded demo, and for tests. */
  readonly allowLoopback: boolean
  /** Name servers asked for TXT records, `address:port`; absent: the machine's. */
  readonly dnsServers?: readonly string[]
  /** Between two looks at a provider's keys for one that was unknown. */
  readonly keyCooldownMs: number
}

/** A key that is unknown is looked for again, though not at every forged token. */
export const defaultSsoSettings: SsoSettings = { allowLoopback: false, keyCooldownMs: 30_000 }
