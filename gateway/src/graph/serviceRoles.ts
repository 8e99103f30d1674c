/**
 * Which login roles each service connects as. A hand-over is signed for these
 * and no others, also when the service is only an address.
 */
import type { LoginRole } from '@muster/db'

const rolesOfServices: Readonly<Record<string, readonly LoginRole[]>> = {
  identity: ['muster_identity'],
  workforce: ['muster_workforce'],
  scoring: ['muster_scoring'],
  guard: ['muster_guard', 'muster_decider'],
  passport: ['muster_passport'],
}

/** Roles of a service by name; none for a name that is not ours: it is handed nothing. */
export function rolesOf(service: string): readonly LoginRole[] {
  return rolesOfServices[service] ?? []
}

/** True for the names the supergraph is composed with: they are no addresses, the service is in this process. */
export function isPlaceholder(url: string): boolean {
  return new URL(url).hostname.endsWith('.muster.internal')
}
