/**
 * Salted commitments: how a body says that something was said, without saying it.
 *
 * The salt lives inside the ciphertext beside the body. Destroying its key
 * leaves a hash that nobody can test guesses against, so a name, a reason or a
 * payload can be forgotten while every proof over the body holds.
 */
import { sha256 } from '@muster/canonical-json'
import { concat, toHex, utf8 } from '../bytes.ts'

const commitmentDomain = utf8('muster/commitment/v1\n')

/** 128 random bits: guessing the text does not help without the salt. */
export const saltLengthMin = 16

/**
 * `SHA-256("muster/commitment/v1\n" ‖ salt ‖ text)`, lower-case hex.
 * @param salt from the system's random source. Its length is fixed per use: salt and text are not delimited.
 * @throws RangeError for a salt shorter than 16 bytes, or text with half a surrogate pair.
 */
export function commitment(salt: Uint8Array, text: string): string {
  if (salt.length < saltLengthMin) throw new RangeError(`a salt of ${salt.length} bytes is too short`)
  if (!text.isWellFormed()) throw new RangeError('the text holds half of a surrogate pair')
  return toHex(sha256(concat(commitmentDomain, salt, utf8(text))))
}
