/**
 * Who acts, as the use cases ask it.
 *
 * The claims are read here without verification, to refuse early and by name;
 * whether they are genuine is decided by the database in the same request.
 */
import { currentScope } from '@muster/db'
import { Fault, type Capability, type Claims } from '@muster/kernel'

export function caller(): Claims {
  return currentScope().claims
}

/** The caller, who has `capability`; throws `FORBIDDEN` for one without it. */
export function authorize(capability: Capability): Claims {
  return authorizeAny([capability])
}

/** The caller, who has at least one of `accepted`; throws `FORBIDDEN` for one with none. */
export function authorizeAny(accepted: readonly Capability[]): Claims {
  const claims = caller()
  if (!accepted.some((capability) => claims.caps.includes(capability))) {
    throw new Fault('FORBIDDEN', `this credential lacks ${accepted.map((name) => `\`${name}\``).join(' or ')}`)
  }
  return claims
}
