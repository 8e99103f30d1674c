/**
 * The platform key as the gateway uses it: signing, the published set, and the
 * ninety-day rotation that any replica may do and one does.
 */
import type { Clock } from '@muster/kernel'
import {
  jwksDocument,
  KeyError,
  LocalSigner,
  platformTenant,
  type KeyProvider,
  type Signer,
  type SigningKeyStore,
} from '@muster/keys'
import type { JWK } from 'jose'
import type { Logger } from 'pino'

export interface PlatformKeys {
  readonly signer: Signer
  /** Public keys that tokens alive today may name: active and retiring ones. */
  published(): Promise<readonly JWK[]>
  /** Rotates when due and retires what has been retiring long enough. */
  maintain(): Promise<void>
  stop(): void
}

/** A key retired elsewhere, in an emergency, signs and verifies no longer than this. Milliseconds. */
const stateTtlMs = 1_000
/** The schedule is ninety days; looking once an hour is punctual. */
const maintainEveryMs = 3_600_000

export function platformKeys(store: SigningKeyStore, provider: KeyProvider, clock: Clock, log: Logger): PlatformKeys {
  const signer = new LocalSigner({ store, provider, clock, stateTtlMs })
  let known: { keys: Promise<readonly JWK[]>; untilMs: number } | undefined

  const read = async (): Promise<readonly JWK[]> =>
    jwksDocument(await signer.publicKeys(platformTenant, 'platform')).keys

  async function maintain(): Promise<void> {
    try {
      const { rotated, retired } = await signer.maintain(platformTenant, 'platform')
      if (rotated !== null) log.info({ keyId: rotated.keyId, formerKeyId: rotated.formerKeyId }, 'platform key rotated')
      for (const keyId of retired) log.info({ keyId }, 'platform key retired')
    } catch (error) {
      // Two replicas whose clocks agree try at once; one of them rotated.
      if (!(error instanceof KeyError && error.code === 'ROTATION_CONFLICT')) throw error
    }
  }

  const timer = setInterval(() => {
    maintain().catch((error: unknown) => log.error({ err: error }, 'the platform key could not be maintained'))
  }, maintainEveryMs)
  timer.unref()

  return {
    signer,
    maintain,
    published() {
      if (known === undefined || known.untilMs <= performance.now()) {
        const keys = read()
        known = { keys, untilMs: performance.now() + stateTtlMs }
        keys.catch(() => (known = undefined)) // a failed read is not remembered
      }
      return known.keys
    },
    stop: () => clearInterval(timer),
  }
}
