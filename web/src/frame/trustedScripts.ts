/**
 * The one Trusted Types policy of the console: addresses of its own scripts.
 *
 * The page's policy (`gateway/src/door/securityHeaders.ts`) names it, and takes
 * script and markup from text in no other way: it makes no HTML and no script
 * text at all, so neither can be written into the page by any mistake.
 */

/** Throws a `TypeError` unless `address` is one of this origin's own files, by name: no blob, no data, no other port. */
export function ownScriptAddress(address: string, base: string): string {
  const url = new URL(address, base)
  const own = new URL(base)
  if (url.origin !== own.origin || url.protocol !== own.protocol || url.username !== '' || url.password !== '')
    throw new TypeError('a script must come from this origin')
  return url.href
}

interface TypePolicy {
  createScriptURL(address: string): unknown
}
/** What browsers with Trusted Types offer; TypeScript's own types do not know it yet. */
interface WithTrustedTypes {
  readonly trustedTypes?: {
    createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): TypePolicy
  }
}

let policy: TypePolicy | undefined

/** An address of one of our scripts as `new Worker` takes it, whether or not the browser knows Trusted Types. */
export function ownScript(address: string): string {
  const rules = { createScriptURL: (given: string) => ownScriptAddress(given, document.baseURI) }
  policy ??= (globalThis as WithTrustedTypes).trustedTypes?.createPolicy('muster', rules) ?? rules
  // To TypeScript's mind a worker's address is text; a `TrustedScriptURL` passes for it.
  return policy.createScriptURL(address) as string
}
