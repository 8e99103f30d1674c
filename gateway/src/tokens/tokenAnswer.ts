/** What the token endpoint is asked for and answers with, whatever the grant (RFC 6749 §5.1). */
import type { Principal } from '../principals/principal.ts'
import type { IssuedToken } from './accessTokens.ts'
import { OAuthRefused } from './clientCredentials.ts'

export const grantTypes = ['client_credentials', 'refresh_token'] as const
export type GrantType = (typeof grantTypes)[number]

export type Form = Readonly<Record<string, unknown>>

export interface TokenAnswer {
  access_token: string
  token_type: 'Bearer'
  expires_in: number
  scope: string
  refresh_token?: string
}

export function answerOf(issued: IssuedToken, refreshToken?: string): TokenAnswer {
  return {
    access_token: issued.accessToken,
    token_type: 'Bearer',
    expires_in: issued.expiresIn,
    scope: issued.scope,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
  }
}

/** The capabilities asked for; absent = all. Throws `invalid_scope` for one the principal does not have. */
export function wantedScope(asked: string | undefined, principal: Principal): readonly string[] | undefined {
  if (asked === undefined) return undefined
  const wanted = scopeOf(asked) ?? []
  if (wanted.some((capability) => !principal.caps.includes(capability))) {
    throw new OAuthRefused('invalid_scope', 'the client does not have every capability that was asked for')
  }
  return wanted
}

/** A `scope` parameter taken apart; null when there was none. */
export function scopeOf(asked: string | undefined): readonly string[] | null {
  return asked === undefined ? null : asked.split(' ').filter((part) => part !== '')
}
