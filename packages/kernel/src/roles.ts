/**
 * What each role may do, and what a person may do with the roles they hold.
 *
 * A hand-over carries one set of capabilities and one access scope. Roles held
 * in different places must not lend each other reach: being a viewer of the
 * whole company and the lead of one team is not leading the whole company.
 *
 * INVARIANT (no lending): a capability is granted only when the bindings that
 * give it cover, between them, everything the access scope covers. Pure.
 */
import { capabilities, type Capability, type Role } from './vocabulary.ts'

/** What everybody who works with agents may look at. */
const reading = [
  'agents:read',
  'approvals:read',
  'scores:read',
  'findings:read',
  'policies:read',
  'grants:read',
  'org:read',
  'manifests:read',
  'reviews:read',
  'ledger:read',
] as const satisfies readonly Capability[]

const leading = [
  ...reading,
  'agents:write',
  'agents:status',
  'approvals:decide',
  'grants:write',
  'reviews:write',
  'people:read',
] as const satisfies readonly Capability[]

/** Role → capabilities (spec/004 §11). The diff of this table is a review. */
export const roleCapabilities: Readonly<Record<Role, readonly Capability[]>> = {
  'tenant-admin': capabilities,
  // Sees everything, stops anything, changes nothing else.
  ciso: [...reading, 'agents:status', 'people:read', 'keys:read'],
  analyst: [...reading, 'agents:status', 'findings:write', 'content:scan'],
  approver: [...reading, 'approvals:decide'],
  // Grants and reviews of their own agents: the scope below is those agents and nothing else.
  owner: [...reading, 'grants:write', 'reviews:write'],
  'team-lead': leading,
  'org-admin': [...leading, 'org:write', 'people:write', 'apikeys:write'],
  viewer: reading,
  auditor: [...reading, 'keys:read'],
}

/**
 * What is one for the whole tenant: its policies, tools, keys and log. Whoever changes them changes them for every
 * team, so a role held in one team does not give it.
 */
const tenantWide: ReadonlySet<Capability> = new Set<Capability>([
  'policies:write',
  'manifests:write',
  'keys:rotate',
  'ledger:sign',
])

/** Everything the given roles allow, in the vocabulary's order. Says nothing about where. */
export function capabilitiesOf(held: readonly Role[]): Capability[] {
  const given = new Set<Capability>(held.flatMap((role) => roleCapabilities[role] ?? []))
  return capabilities.filter((capability) => given.has(capability))
}

/** A role and where it is held: `unit` null = the whole tenant. */
export interface RoleBinding {
  role: Role
  unit: string | null
}

/** What a person's hand-over says of their reach. */
export interface Access {
  /** Distinct roles held. */
  roles: Role[]
  caps: Capability[]
  /** True when the whole tenant is in scope. */
  all: boolean
  /** Roots of the subtrees in scope; empty when `all`. Agents one owns are in scope besides. */
  units: string[]
}

/** The scope and the capabilities of a person holding `bindings`. Expired ones must not be passed. */
export function accessOf(bindings: readonly RoleBinding[]): Access {
  // An owner's reach is the agents they own, which the database adds by itself.
  const reaching = bindings.filter(({ role }) => role !== 'owner')
  const all = reaching.some(({ unit }) => unit === null)
  const units = all ? [] : [...new Set(reaching.flatMap(({ unit }) => unit ?? []))].toSorted()

  // INVARIANT (no lending)
  const covers = (capability: Capability): boolean => {
    const giving = bindings.filter(({ role }) => roleCapabilities[role]?.includes(capability))
    if (giving.length === 0 || (tenantWide.has(capability) && !all)) return false
    const broad = giving.filter(({ role }) => role !== 'owner')
    if (all) return broad.some(({ unit }) => unit === null)
    return units.every((root) => broad.some(({ unit }) => unit === root))
  }
  return {
    roles: [...new Set(bindings.map(({ role }) => role))],
    caps: capabilities.filter(covers),
    all,
    units,
  }
}
