/**
 * Where a sign-in leads: a path of ours, and nothing else. What is not one for
 * certain leads to the first page. Pure.
 */
const pathCharsMax = 1_000
/** Printable ASCII without a backslash, which browsers read as a slash. */
const plain = /^\/[\x21-\x5b\x5d-\x7e]*$/
const base = 'https://muster.invalid'

/** `text` as a path with query and fragment, or `/`. */
export function nextPath(text: unknown): string {
  if (typeof text !== 'string' || text.length > pathCharsMax || !plain.test(text) || text.startsWith('//')) return '/'
  const url = URL.parse(text, base)
  if (url === null || url.origin !== base || url.pathname.startsWith('//')) return '/'
  // The doors of sign-in lead nowhere by themselves; a sign-in that ended there would never end.
  if (/^\/(auth|graphql)(\/|$)/.test(url.pathname)) return '/'
  return `${url.pathname}${url.search}${url.hash}`
}
