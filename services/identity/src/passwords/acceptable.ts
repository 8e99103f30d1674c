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
  if (characters(password) < passwordLengthMin) {
    throw new Refusal('WEAK_PASSWORD', `a password has at least ${passwordLengthMin} characters`)
  }
  if (characters(password) > passwordLengthMax || !password.isWellFormed()) {
    throw new Refusal('WEAK_PASSWORD', `a password has at most ${passwordLengthMax} characters`)
  }
  if (new Set(password).size < 4) {
    throw new Refusal('WEAK_PASSWORD', 'a password has at least four different characters')
  }
}

/** Code points, as NIST counts them: an emoji is one, an accented letter too once composed. */
function characters(password: string): number {
  let count = 0
  for (const _ of password) count += 1
  return count
}

/** True for what can be a password. What cannot is compared with nothing, at the price of a comparison. */
export function isPossiblePassword(password: string): boolean {
  return password.length <= passwordLengthMax * 2 && password.isWellFormed()
}
