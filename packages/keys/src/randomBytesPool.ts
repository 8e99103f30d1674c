/**
 * Random bytes from the system in small portions without a system call each.
 *
 * INVARIANT (read once): bytes are copied out and wiped from the pool, so a
 * nonce can neither be handed out twice nor be read back.
 */
import { randomFillSync } from 'node:crypto'

const poolBytes = 8_192
const pool = Buffer.allocUnsafeSlow(poolBytes)
let used = poolBytes

/** `length` random bytes (up to 64) from the system's generator. */
export function pooledRandomBytes(length: number): Buffer {
  if (!Number.isInteger(length) || length < 1 || length > 64) throw new RangeError('`length` must be from 1 to 64')
  if (used + length > poolBytes) {
    randomFillSync(pool)
    used = 0
  }
  const taken = pool.subarray(used, used + length)
  used += length
  const out = Buffer.from(taken)
  taken.fill(0)
  return out
}
