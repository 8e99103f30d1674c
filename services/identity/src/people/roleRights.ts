/**
 * Which role a caller may hand out or take back: nobody gives what they do not
 * have. Where they may give it is the database's WITH CHECK. Pure.
 */
import { roleCapabilities, roles, type Claims, type Refusal, type Role } from '@muster/kernel'
import { unitRequired, widensGrantor } from './errors.ts'

/** Why `claims` may not deal in this role at this place; null when they may, as far as a pure rule can say. */
export function whyNotGrant(claims: Pick<Claims, 'caps' | 'all'>, role: Role, unitId: string | null): Refusal | null {
  const beyond = roleCapabilities[role].filter((capability) => !claims.caps.includes(capability))
  if (beyond.length > 0) return widensGrantor(`\`${role}\` carries \`${beyond.join('`, `')}\``)
  if (unitId === null && !claims.all) return unitRequired()
  return null
}

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text)
}
