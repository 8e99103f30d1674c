/**
 * Length-prefixed framing: several values as one byte string, injectively.
 *
 * Each part is preceded by its length as uint32 big-endian, so no two lists of
 * parts give the same bytes. Used for associated data, HKDF info and MAC input;
 * the first part is always a domain that no other use shares.
 */
export function frame(...parts: readonly (string | Uint8Array)[]): Buffer {
  const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part))
  const out = Buffer.allocUnsafe(bytes.reduce((sum, part) => sum + 4 + part.length, 0))
  let at = 0
  for (const part of bytes) {
    at = out.writeUInt32BE(part.length, at)
    out.set(part, at)
    at += part.length
  }
  return out
}
