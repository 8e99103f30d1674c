/**
 * The console's cookie. Its name binds it to this host, this path and TLS (or
 * `localhost`, which browsers treat as secure): RFC 6265bis §4.1.3.2.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'

export const cookieName = '__Host-muster'

const attributes = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const
/** What our tokens look like; anything else is not looked up. */
const tokenShape = /^[A-Za-z0-9_-]{22,128}$/

/** The session token a request carries, or null. */
export function sessionCookie(request: FastifyRequest): string | null {
  const value = request.cookies[cookieName]
  return value !== undefined && tokenShape.test(value) ? value : null
}

/** @param seconds it lives from now: the browser's clock is not ours, so no instant is named. */
export function setSessionCookie(reply: FastifyReply, token: string, seconds: number): void {
  reply.setCookie(cookieName, token, { ...attributes, maxAge: Math.max(0, Math.floor(seconds)) })
}

export function clearSessionCookie(reply: FastifyReply): void {
  reply.clearCookie(cookieName, attributes)
}
