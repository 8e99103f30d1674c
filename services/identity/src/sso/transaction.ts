/**
 * What a sign-in must remember while its person is at the provider: in the
 * browser's own cookie, sealed, for ten minutes, and for nothing else.
 *
 * JWE, `dir` with A256GCM. INVARIANT (single purpose): the header's `typ` and
 * the key are of this use alone.
 */
import { EncryptJWT, jwtDecrypt } from 'jose'
import { z } from 'zod'
import type { Clock } from '@muster/kernel'
import { SsoRefusal } from './errors.ts'
import type { SsoSecrets } from './indexes.ts'

const transactionSchema = z.object({
  tenant: z.string(),
  /** The configuration's version: one that changed meanwhile begins anew. */
  version: z.number(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectUri: z.string(),
  next: z.string(),
})
export type Transaction = z.output<typeof transactionSchema>

/** Long enough to find a phone and a second factor. */
export const transactionTtlSeconds = 600
const typ = 'muster-sso'

export function sealTransaction({ transactionKey }: SsoSecrets, clock: Clock, content: Transaction): Promise<string> {
  const now = Math.floor(clock.nowMs() / 1000)
  return new EncryptJWT({ ...content })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ })
    .setIssuedAt(now)
    .setExpirationTime(now + transactionTtlSeconds)
    .encrypt(transactionKey)
}

/** Throws `SsoRefusal` for one that is not ours, or too old. */
export async function openTransaction(
  { transactionKey }: SsoSecrets,
  clock: Clock,
  sealed: string,
): Promise<Transaction> {
  try {
    const { payload } = await jwtDecrypt(sealed, transactionKey, {
      typ,
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
      currentDate: new Date(clock.nowMs()),
      requiredClaims: ['exp'],
    })
    return transactionSchema.parse(payload)
  } catch {
    throw new SsoRefusal('NO_TRANSACTION')
  }
}
