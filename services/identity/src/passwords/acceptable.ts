/**
 * Which passwords are taken (NIST SP 800-63B): long enough, not absurdly long,
 * and no rules about which characters.
 */
import { Refusal } from '@muster/kernel'

export const passwordLengthMin = 12
/** Bounds the work of one hash; passphrases fit many times over. */
export const passwordLengthMax = 256

/** Throws the refusal `WEAK_PASSWORD`. Its text never repeats the password. */
export function checkPassword(password: string): void {
  const length = [...password].length
  if (length < passwordLengthMin) {
    throw new Refusal('WEAK_PASSWORD', `a password has at least ${passwordLengthMin} characters`)
  }
  if (length > passwordLengthMax || !password.isWellFormed()) {
    throw new Refusal('WEAK_PASSWORD', `a password has at most ${passwordLengthMax} characters`)
  }
  if (new Set(password).size < 4) {
    throw new Refusal('WEAK_PASSWORD', 'a password has at least four different characters')
  }
}

/** True for what cannot be a password: it is compared with nothing, at the price of a comparison. */
export function isPossiblePassword(password: string): boolean {
  return password.length <= passwordLengthMax * 2 && password.isWellFormed()
}
