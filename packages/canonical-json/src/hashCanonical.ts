/**
 * The one hash over canonical JSON: a domain, then the canonical bytes.
 *
 * The domain is a line of its own, so that a hash made for one purpose is never
 * a valid hash for another, whatever the value is.
 */
import { sha256Hex } from '#sha256'
import { canonicalize } from './canonicalize.ts'

const domainPattern = /^muster\/[a-z][a-z-]*\/v[0-9]+\n$/

/** A hash domain: `muster/<purpose>/v<version>` and a line feed. */
export type HashDomain = `muster/${string}/v${number}\n`

/**
 * `SHA-256(domain ‖ JCS(value))`, lower-case hex.
 * @throws RangeError for a malformed domain, UnsafeJson for a value without canonical form.
 */
export function hashCanonical(domain: HashDomain, value: unknown): string {
  return hashCanonicalText(domain, canonicalize(value))
}

/** The same for text that is canonical already; the caller answers for that. */
export function hashCanonicalText(domain: HashDomain, canonicalText: string): string {
  if (!domainPattern.test(domain)) throw new RangeError(`not a hash domain: \`${domain.trimEnd()}\``)
  return sha256Hex(domain + canonicalText)
}
