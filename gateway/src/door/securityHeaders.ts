/**
 * Headers every answer carries, and those of the console's pages.
 *
 * There is no CORS header anywhere: other origins get nothing to read. The
 * console loads only what this origin serves; nothing is inlined or evaluated.
 */
import { randomBytes } from 'node:crypto'

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

/** Pages and their scripts share a process with nothing from elsewhere, and load nothing that does not agree to it. */
const alone = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'origin-agent-cluster': '?1',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** 128 bits, new for every page that is sent. */
export const newNonce = (): string => randomBytes(16).toString('base64')

/**
 * Headers of a page of the console, in place of the policy for data.
 *
 * A script runs when the page that was sent names it with this answer's nonce,
 * or when such a script loads it ('strict-dynamic'): never because of where it
 * lies. Text becomes script only through the one Trusted Types policy of
 * `web/src/frame/trustedScripts.ts`. Nothing is reported to anybody.
 */
export function pageHeaders(nonce: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'nonce-${nonce}' 'strict-dynamic'`,
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "worker-src 'self'",
      "manifest-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types muster',
    ].join('; '),
    ...alone,
  }
}

/** Headers of the console's files. A policy counts where a file runs by itself: in the worker that verifies. */
export const fileHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  ...alone,
}
