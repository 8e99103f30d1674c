/**
 * Scopes in which the platform itself acts: its seed and its timers.
 *
 * INVARIANT (no hidden door): they are hand-overs like any other, signed with
 * the same key, for one tenant and one minute, verified by the database; what
 * is done under them is receipted with the actor kind `service`.
 */
import { createSecretKey } from 'node:crypto'
import { loginRoles, requestScope, type RequestScope } from '@muster/db'
import { capabilities, handoverTtlSeconds, newId, signHandover, type Claims, type Clock } from '@muster/kernel'

/** The platform as an actor: one fixed id, so that its acts are found together. */
export const platformActor = '00000000-0000-7000-8000-000000000001'

export type ServiceScopes = (tenantId: string, part?: Partial<Claims>) => RequestScope

/** Makes scopes signed with the hand-over key. */
export function serviceScopes(handoverKey: Uint8Array, clock: Clock): ServiceScopes {
  const key = createSecretKey(handoverKey)
  return (tenantId, part = {}) => {
    const claims: Claims = {
      v: 1,
      aud: '',
      rid: `platform-${newId()}`,
      tenant_id: tenantId,
      sub: platformActor,
      kind: 'service',
      cred: 'platform',
      agent: null,
      caps: [...capabilities],
      roles: [],
      all: true,
      units: [],
      epoch: 0,
      ceiling: 'TRUSTED_INTERNAL',
      exp: Math.floor(clock.nowMs() / 1000) + handoverTtlSeconds,
      ...part,
    }
    return requestScope(
      Object.fromEntries(loginRoles.map((role) => [role, signHandover({ ...claims, aud: role }, key)])),
    )
  }
}
