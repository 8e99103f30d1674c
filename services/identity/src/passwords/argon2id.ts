/**
 * Password hashes: argon2id with OWASP's parameters.
 *
 * INVARIANT (same work): every verification computes exactly one argon2id,
 * whether there is a hash to compare with or not, so that the time of a refusal
 * does not tell whether an account exists.
 */
import { randomBytes } from 'node:crypto'
import { hash, parseOptions, verify, type Options } from '@node-rs/argon2'

/**
 * OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, 2 passes, 1 lane.
 * The algorithm is the library's default, argon2id, and checked in every hash made.
 */
export const argon2Parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const satisfies Options

export interface PasswordHasher {
  /** The PHC string of a password, with a salt of its own. */
  hash(password: string): Promise<string>
  /** True when `stored` is the hash of the password; `null` (no such account) costs the same and is never true. */
  verify(stored: string | null, password: string): Promise<boolean>
  /** True when `stored` was made with other parameters than today's. */
  isOutdated(stored: string): boolean
}

/** What the hasher computes with; the library's own functions, counted in tests. */
export interface Argon2 {
  hash: (password: string, options: Options) => Promise<string>
  verify: (hash: string, password: string) => Promise<boolean>
}

/** A hasher. Makes one hash of random bytes first: what unknown accounts are compared with. */
export async function argon2idHasher(argon2: Argon2 = { hash, verify }): Promise<PasswordHasher> {
  const make = async (password: string): Promise<string> => {
    const made = await argon2.hash(spelled(password), argon2Parameters)
    if (!made.startsWith('$argon2id$')) throw new Error('the password hash is not argon2id')
    return made
  }
  const nobody = await make(randomBytes(32).toString('base64url'))
  return {
    hash: make,
    async verify(stored, password) {
      // INVARIANT (same work)
      const matches = await argon2.verify(stored ?? nobody, spelled(password))
      return stored !== null && matches
    },
    isOutdated(stored) {
      const { memoryCost, timeCost, parallelism } = parseOptions(stored)
      return (
        memoryCost !== argon2Parameters.memoryCost ||
        timeCost !== argon2Parameters.timeCost ||
        parallelism !== argon2Parameters.parallelism
      )
    },
  }
}

/** NFKC (NIST SP 800-63B §3.1.1.2): the same password from another keyboard is the same password. */
function spelled(password: string): string {
  return password.normalize('NFKC')
}
