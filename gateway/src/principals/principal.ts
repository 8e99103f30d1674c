/**
 * Who asks: a verified credential, resolved to what it may do and see.
 *
 * A principal is what the database said about a credential a moment ago; it is
 * turned into signed hand-overs for each request and each service. It grants
 * nothing by itself: the database verifies the hand-over and decides.
 */
import { createSecretKey } from 'node:crypto'
import type { Handovers, LoginRole } from '@muster/db'
import {
  handoverTtlSeconds,
  signHandover,
  type ActorKind,
  type Claims,
  type Clock,
  type PlanCode,
  type Trust,
} from '@muster/kernel'

export type CredentialKind = 'api_key' | 'access_token' | 'session'

export interface Principal {
  readonly tenantId: string
  /** Person, key or agent that acts. */
  readonly subject: string
  readonly kind: ActorKind
  /** Id of the API key or of the session. */
  readonly credential: string
  readonly presented: CredentialKind
  readonly agent: string | null
  readonly caps: readonly string[]
  readonly roles: readonly string[]
  readonly all: boolean
  readonly units: readonly string[]
  readonly epoch: number
  readonly ceiling: Trust
  /** When the credential itself ends, milliseconds since the Unix epoch; null = until revoked. */
  readonly expiresAtMs: number | null
  readonly plan: PlanCode
  /** The credential holds, and its tenant is suspended: it may do nothing and see nothing, and is told why. */
  readonly suspended: boolean
}

/** Signs hand-overs. Everything that leaves the gateway towards a database or a service passes here. */
export interface HandoverDesk {
  /** One hand-over for each role, of one request. */
  sign(principal: Principal, requestId: string, roles: readonly LoginRole[]): Handovers
  /** For the gateway's own look-ups in a tenant, before or beside a principal; for its own role unless another is named. */
  forDoor(tenantId: string, subject: string, requestId: string, role?: LoginRole): string
  /** For a service acting on a sign-in: the person, without any capability or scope but themselves. */
  forSignIn(tenantId: string, personId: string, requestId: string, role: LoginRole): Handovers
}

/** @param keyBytes the 32-byte hand-over key shared with the database. */
export function handoverDesk(keyBytes: Uint8Array, clock: Clock): HandoverDesk {
  const key = createSecretKey(keyBytes)
  const expiry = (): number => Math.floor(clock.nowMs() / 1000) + handoverTtlSeconds
  const service = (tenantId: string, subject: string, rid: string): Omit<Claims, 'aud' | 'kind' | 'caps' | 'all'> => ({
    v: 1,
    rid,
    tenant_id: tenantId,
    sub: subject,
    cred: subject,
    agent: null,
    roles: [],
    units: [],
    epoch: 0,
    ceiling: 'UNKNOWN',
    exp: expiry(),
  })
  return {
    sign(principal, requestId, roles) {
      const handovers: Record<string, string> = {}
      for (const aud of roles) {
        const claims: Claims = {
          v: 1,
          aud,
          rid: requestId,
          tenant_id: principal.tenantId,
          sub: principal.subject,
          kind: principal.kind,
          cred: principal.credential,
          agent: principal.agent,
          caps: principal.caps,
          roles: principal.roles,
          all: principal.all,
          units: principal.units,
          epoch: principal.epoch,
          ceiling: principal.ceiling,
          exp: expiry(),
        }
        handovers[aud] = signHandover(claims, key)
      }
      return handovers
    },
    forDoor(tenantId, subject, requestId, role = 'muster_gateway') {
      const claims: Claims = {
        ...service(tenantId, subject, requestId),
        aud: role,
        kind: 'service',
        // What the identity schema asks of whoever reads sessions that are not their own.
        caps: ['people:write'],
        all: true,
      }
      return signHandover(claims, key)
    },
    forSignIn(tenantId, personId, requestId, role) {
      const claims: Claims = {
        ...service(tenantId, personId, requestId),
        aud: role,
        kind: 'person',
        cred: 'sign-in',
        caps: [],
        all: false,
        ceiling: 'TRUSTED_INTERNAL',
      }
      return { [role]: signHandover(claims, key) }
    },
  }
}
