/**
 * Did the agent's registered key sign this event?
 *
 * Signed is the event hash as 64 ASCII characters; the forms of keys and
 * signatures are those of `registeredKey` in the keys package.
 */
import { readRegisteredKey, registeredKeySigned, type RegisteredKey } from '@muster/keys'

/** A registered public key, ready to verify with; null for text that is no such key. */
export type VerifyingKey = RegisteredKey

export const readVerifyingKey = readRegisteredKey

export function signatureIsValid(signature: string, eventHash: string, key: VerifyingKey): Promise<boolean> {
  return registeredKeySigned(key, Buffer.from(eventHash, 'ascii'), signature)
}
