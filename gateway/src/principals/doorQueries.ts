/**
 * What the gateway asks the database about credentials. Its login role can call
 * four functions and read two views, and nothing else.
 *
 * A look-up goes in two steps: the door says which tenant and which row a
 * credential belongs to and what hash it must have; then, under claims that
 * name that row, the row says what it is worth now.
 */
import { toFault, withRequest, type RolePool } from '@muster/db'
import { accessOf, newId, type PlanCode, type Role, type RoleBinding, type Trust } from '@muster/kernel'
import { apiKeyMatches, hashToken, parseApiKey } from '@muster/keys'
import type { CredentialKind, HandoverDesk, Principal } from './principal.ts'

export interface DoorRow {
  tenantId: string
  /** The key, session, person or tenant that was found. */
  refId: string
  hash: Buffer | null
}

export interface DoorQueries {
  lookUp(
    kind: 'api_key' | 'session' | 'email' | 'tenant' | 'sso_domain' | 'sso_client',
    wanted: Buffer,
  ): Promise<DoorRow[]>
  /** The principal of an API key given as it was presented; null when it does not hold. */
  apiKey(key: string): Promise<Principal | null>
  /** The principal of a key known by id: for access tokens that were issued on it. */
  keyById(tenantId: string, keyId: string): Promise<Principal | null>
  /** The principal of a session given by its token. */
  sessionToken(token: string): Promise<Principal | null>
  /** The registered public key of the agent an API key is of, as it was registered; null when there is none. */
  agentKey(tenantId: string, keyId: string): Promise<string | null>
  /** False for an access token that was given back, or lies before a line drawn under its key or tenant. */
  tokenStands(token: { tenantId: string; id: string; issuedAtMs: number; credential: string }): Promise<boolean>
  /** The principal of a session known by id. */
  sessionById(tenantId: string, sessionId: string, presented: CredentialKind): Promise<Principal | null>
}

interface KeyRow {
  id: string
  agent: string | null
  unit: string | null
  caps: string[]
  ceiling: Trust
  expires_at: string | null
  epoch: number
}
/** How the tenant stands; `suspended` is said of credentials that would hold alone. */
interface Standing {
  plan: PlanCode
  suspended: boolean
}
interface PersonRow {
  id: string
  epoch: number
  roles: { role: Role; unit: string | null }[]
}

/** The highest trust a signed-in person vouches for: what they type is internal, but no machine signed it. */
const personCeiling: Trust = 'TRUSTED_INTERNAL'
/** A credential that holds in a tenant that is suspended: without any right, wherever it ends up. */
function heldBack(who: {
  tenantId: string
  id: string
  kind: 'api_key' | 'person'
  presented: CredentialKind
  plan: PlanCode
}): Principal {
  return {
    tenantId: who.tenantId,
    subject: who.id,
    kind: who.kind,
    credential: who.id,
    presented: who.presented,
    agent: null,
    caps: [],
    roles: [],
    all: false,
    units: [],
    epoch: 0,
    ceiling: 'UNKNOWN',
    expiresAtMs: null,
    plan: who.plan,
    suspended: true,
  }
}
/** Compared when no row was found, so that an unknown prefix costs what a wrong secret costs. */
const nobodysHash = hashToken('nobody')

export function doorQueries(pool: RolePool, desk: HandoverDesk): DoorQueries {
  async function lookUp(kind: string, wanted: Buffer): Promise<DoorRow[]> {
    try {
      const { rows } = await pool.query<{ tenant_id: string; ref_id: string; hash: Buffer | null }>({
        name: 'door',
        text: 'SELECT tenant_id, ref_id, hash FROM identity.door_lookup($1, $2)',
        values: [kind, wanted],
      })
      return rows.map((row) => ({ tenantId: row.tenant_id, refId: row.ref_id, hash: row.hash }))
    } catch (error) {
      throw toFault(error)
    }
  }

  /** Runs one of identity's functions under claims whose subject is `subject`. */
  async function ask<Row>(tenantId: string, subject: string, sql: string, value: string): Promise<Row | null> {
    const rows = await withRequest(
      pool,
      (tx) => tx.query<{ found: Row | null }>(sql, [value]),
      desk.forDoor(tenantId, subject, newId()),
    )
    return rows[0]?.found ?? null
  }

  /** The principal of one kind under its own claims, and how its tenant stands. */
  async function stand<Row>(
    tenantId: string,
    subject: string,
    kind: 'api_key' | 'person',
  ): Promise<{ row: Row | null; standing: Standing } | null> {
    const [found] = await withRequest(
      pool,
      (tx) =>
        tx.query<{ row: Row | null; standing: Standing | null }>(
          'SELECT identity.principal($1) AS row, identity.tenant_standing($1) AS standing',
          [kind],
        ),
      desk.forDoor(tenantId, subject, newId()),
    )
    if (found === undefined || found.standing === null) return null
    return found.row === null && !found.standing.suspended ? null : { row: found.row, standing: found.standing }
  }

  async function keyById(tenantId: string, keyId: string, presented: CredentialKind): Promise<Principal | null> {
    const found = await stand<KeyRow>(tenantId, keyId, 'api_key')
    if (found === null) return null
    const { row, standing } = found
    if (row === null || standing.suspended)
      return heldBack({ tenantId, id: keyId, kind: 'api_key', presented, plan: standing.plan })
    return {
      tenantId,
      subject: row.agent ?? row.id,
      kind: row.agent === null ? 'api_key' : 'agent',
      credential: row.id,
      presented,
      agent: row.agent,
      caps: row.caps,
      roles: [],
      all: row.agent === null && row.unit === null,
      units: row.unit === null ? [] : [row.unit],
      epoch: row.epoch,
      ceiling: row.ceiling,
      expiresAtMs: row.expires_at === null ? null : Date.parse(row.expires_at),
      ...standing,
    }
  }

  async function sessionById(tenantId: string, id: string, presented: CredentialKind): Promise<Principal | null> {
    const session = await ask<{ person: string; expires_at: string }>(
      tenantId,
      id,
      'SELECT identity.session_person($1) AS found',
      id,
    )
    if (session === null) return null
    const found = await stand<PersonRow>(tenantId, session.person, 'person')
    if (found === null) return null
    const { row: person, standing } = found
    if (person === null || standing.suspended)
      return heldBack({ tenantId, id, kind: 'person', presented, plan: standing.plan })
    const bindings: RoleBinding[] = person.roles
    return {
      tenantId,
      subject: person.id,
      kind: 'person',
      credential: id,
      presented,
      agent: null,
      ...accessOf(bindings),
      epoch: person.epoch,
      ceiling: personCeiling,
      expiresAtMs: Date.parse(session.expires_at),
      ...standing,
    }
  }

  return {
    lookUp,
    sessionById,
    async agentKey(tenantId, keyId) {
      const [row] = await withRequest(
        pool,
        (tx) => tx.query<{ key: string | null }>('SELECT identity.agent_key_of_subject() AS key'),
        desk.forDoor(tenantId, keyId, newId()),
      )
      return row?.key ?? null
    },
    async tokenStands({ tenantId, id, issuedAtMs, credential }) {
      const [row] = await withRequest(
        pool,
        (tx) =>
          tx.query<{ stands: boolean }>('SELECT identity.token_stands($1, $2, $3) AS stands', [
            id,
            new Date(issuedAtMs),
            credential,
          ]),
        desk.forDoor(tenantId, credential, newId()),
      )
      return row?.stands === true
    },
    keyById: (tenantId, keyId) => keyById(tenantId, keyId, 'access_token'),
    async apiKey(key) {
      const parsed = parseApiKey(key)
      if (parsed === null) return null
      const rows = await lookUp('api_key', Buffer.from(parsed.prefix, 'utf8'))
      let found: DoorRow | null = null
      // Every row is compared, whichever matches: time tells nothing about which tenant a prefix is of.
      for (const row of rows) if (apiKeyMatches(key, row.hash ?? nobodysHash)) found = row
      if (rows.length === 0) apiKeyMatches(key, nobodysHash)
      return found === null ? null : keyById(found.tenantId, found.refId, 'api_key')
    },
    async sessionToken(token) {
      const [row] = await lookUp('session', hashToken(token))
      return row === undefined ? null : sessionById(row.tenantId, row.refId, 'session')
    },
  }
}
