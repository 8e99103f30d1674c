/**
 * What was looked at by a person and found right: roles, and the few tables
 * that stand outside the common rule, each with its reason.
 *
 * Data, not code: a change here is a change of the security design and is
 * reviewed as one. Grants, policies, functions and triggers have files of
 * their own (`grants.txt`, `policies.txt`, `functions.txt`, `triggers.txt`).
 */

/** Owns every table and is itself under the policies. Nobody logs in as it. */
export const owner = 'muster_owner'

/** Roles that own a handful of functions and see only what these need. Nobody logs in as them. */
export const narrowRoles: Readonly<Record<string, string>> = {
  muster_door: 'finds a tenant before one is known, by hash',
  muster_mover: 'moves an agent both sides agreed to move',
  muster_keyholder: 'reads the hand-over key to verify with it',
}

/** The one kind of membership there is: the owner hands functions over while migrating, and inherits nothing. */
export const memberships: readonly string[] = Object.keys(narrowRoles)
  .toSorted()
  .map((role) => `${role} to ${owner} (set)`)

export interface ReviewedTable {
  reason: string
  /** Row-level security is off: nobody but the owner has any right on it, and it holds no tenant's data. */
  unwalled?: true
  /** Another expression than `tenant_id = tenant()`, as PostgreSQL prints it; null = no tenant wall. */
  wall?: string | null
  /** Another owner than `muster_owner`. */
  owner?: string
}

/** Tables outside the common rule. Anything not named here carries the ordinary wall. */
export const reviewedTables: Readonly<Record<string, ReviewedTable>> = {
  'muster.handover_key': {
    reason: 'the key of the installation, not of a tenant: only its keeper reads it, only the superuser writes it',
    wall: null,
    owner: 'muster_keyholder',
  },
  'muster.platform_key': {
    reason:
      'keys of the platform, not of a tenant: the gateway signs access tokens with them; private halves are wrapped',
    wall: null,
  },
  'identity.door': {
    reason: 'asked before a tenant is known; answers a tenant, a row and a hash through the door functions alone',
    wall: null,
    owner: 'muster_door',
  },
  'identity.known_id': {
    reason: 'tells a reach for another tenant from a slip; read by one function that answers yes or no',
    wall: null,
    owner: 'muster_door',
  },
  'ledger.door_origin': {
    reason: 'which tenant a public log origin belongs to; asked before a tenant is known',
    wall: null,
    owner: 'muster_door',
  },
  'ledger.receipt_type': {
    reason: 'the same list of receipt types for everybody, written by migrations',
    wall: null,
  },
  'identity.tenant': {
    reason: 'the tenant itself: its id is the tenant',
    wall: '(id = ( SELECT muster.tenant() AS tenant))',
  },
  'identity.organization': {
    reason: 'shared by the tenants of one customer: visible when the own tenant belongs to it',
    wall: '(id = ( SELECT t.organization_id FROM identity.tenant t WHERE (t.id = ( SELECT muster.tenant() AS tenant))))',
  },
  ...Object.fromEntries(
    ['muster', 'identity', 'workforce', 'passport', 'scoring', 'guard'].map((schema) => [
      `${schema}._prisma_migrations`,
      { reason: 'names and checksums of migrations', unwalled: true as const },
    ]),
  ),
}

/** The wall of every other table, as PostgreSQL prints it. */
export const tenantWall = '(tenant_id = ( SELECT muster.tenant() AS tenant))'

/** Unique keys of walled tables that span tenants: each could tell one tenant that another has the same value. */
export const reviewedUniqueKeys: Readonly<Record<string, string>> = {
  'identity.tenant_pkey': 'the id is the tenant; no service may insert',
  'identity.tenant_slug_key': 'public address of a tenant; no service may insert or change it',
  'identity.organization_pkey': 'no service may insert',
  'identity.organization_slug_key': 'no service may insert or change it',
  'identity.tenant_organization_id_id_key': 'no service may insert',
  'identity.sso_domain_verified': 'only who proved the domain by DNS meets it, and they may know that it is in use',
  'ledger.head_pkey': 'the key is the tenant alone',
  'ledger.head_origin_key': '128 random bits chosen by the bootstrap; no service may insert or change it',
}

/** Foreign keys that do not carry the tenant. */
export const reviewedForeignKeys: Readonly<Record<string, string>> = {
  'identity.tenant_organization_id_fkey': 'an organization stands above its tenants',
}

/** Tables whose past nobody edits: each keeps these two triggers, enabled. */
export const appendOnlyTables: readonly string[] = [
  'ledger.entry',
  'ledger.receipt',
  'ledger.checkpoint',
  'ledger.tile',
  'ledger.log_epoch',
]
export const appendOnlyTriggers: readonly string[] = ['append_only', 'append_only_truncate']

/** Changed at every start of the embedded form (`MUSTER_CLOCK`); its shape is checked instead of its text. */
export const clockFunction = 'muster.clock_offset()'

/** Extensions that were looked at. */
export const extensions: readonly string[] = ['plpgsql']

/** The schema of the event triggers of `installGuards`: functions of the superuser, no right to anyone. */
export const guardSchema = 'muster_rails'
