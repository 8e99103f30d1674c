/**
 * Headers every answer carries, and those of the console's pages.
 *
 * There is no CORS header anywhere: other origins get nothing to read. The
 * console loads only what this origin serves; nothing is inlined or evaluated.
 */
const always: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['x-frame-options', 'DENY'],
]

/** A year: long enough to be preloaded, renewed by every answer. */
const strictTransport = ['strict-transport-security', 'max-age=31536000; includeSubDomains'] as const

/** An answer of an API is data: nothing in it may ever run or be framed. */
const dataPolicy = ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"] as const

/** Headers of every answer; over TLS the browser is told to stay there. */
export function commonHeaders(secure: boolean): Record<string, string> {
  return Object.fromEntries([...always, dataPolicy, ...(secure ? [strictTransport] : [])])
}

/** Headers of the console's pages, in place of the policy for data. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}
