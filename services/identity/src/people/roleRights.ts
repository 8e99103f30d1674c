/**
 * Which role a caller may hand out or take back: nobody gives what they do not
 * have. Where they may give it is the database's WITH CHECK. Pure.
 */
import { roleCapabilities, roles, type Claims, type Refusal, type Role } from '@muster/kernel'
import { auditorEnds, unitRequired, widensGrantor } from './errors.ts'

/** An audit is an engagement, not a position: who needs longer is given the role again, on record. */
const auditorDaysMax = 90
export const auditorMaxMs = auditorDaysMax * 86_400_000

/** Why `claims` may not deal in this role at this place; null when they may, as far as a pure rule can say. */
export function whyNotGrant(claims: Pick<Claims, 'caps' | 'all'>, role: Role, unitId: string | null): Refusal | null {
  const beyond = roleCapabilities[role].filter((capability) => !claims.caps.includes(capability))
  if (beyond.length > 0) return widensGrantor(`\`${role}\` carries \`${beyond.join('`, `')}\``)
  if (unitId === null && !claims.all) return unitRequired()
  return null
}

/** Why a binding of this role may not last until `expiresAt`; null when it may. */
export function whyNotUntil(role: Role, expiresAt: Date | null, nowMs: number): Refusal | null {
  if (role !== 'auditor') return null
  return expiresAt === null || expiresAt.getTime() > nowMs + auditorMaxMs ? auditorEnds(auditorDaysMax) : null
}

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text)
}
