/**
 * Length-prefixed framing: several values as one byte string, injectively.
 *
 * Each part is preceded by its length as uint32 big-endian, so no two lists of
 * parts give the same bytes. Used for associated data, HKDF info and MAC input;
 * the first part is always a domain that no other use shares. Text must be well
 * formed: half a surrogate pair would be encoded like any other half.
 */
import { KeyError } from './keyError.ts'

function bytesOf(part: string | Uint8Array): Uint8Array {
  if (typeof part !== 'string') return part
  if (!part.isWellFormed()) throw new KeyError('UNSUPPORTED', 'a framed text holds half of a surrogate pair')
  return Buffer.from(part, 'utf8')
}

export function frame(...parts: readonly (string | Uint8Array)[]): Buffer {
  const bytes = parts.map(bytesOf)
  const out = Buffer.allocUnsafe(bytes.reduce((sum, part) => sum + 4 + part.length, 0))
  let at = 0
  for (const part of bytes) {
    at = out.writeUInt32BE(part.length, at)
    out.set(part, at)
    at += part.length
  }
  return out
}
