/**
 * The calls of the matrix of roles: every root field once, complete, made of
 * the rows of one place; and what an answer amounts to.
 */
import { newId } from '@muster/kernel'
import type { GraphQLSchema } from 'graphql'
import type { Running } from '../faults/running.ts'
import { argumentsFor, kinds, resultSelection } from './attempts.ts'
import { ask } from './door.ts'
import type { Rows } from './rows.ts'
import { operationOf, rootFields, selectionOf, sitesOf } from './schemaSites.ts'

/** A root field of the schema as a call. */
export interface RoleCall {
  /** `Mutation.freezeAgent` */
  readonly name: string
  /** False for a call that names nothing: it is about the caller, or the tenant as a whole. */
  readonly named: boolean
  readonly isMutation: boolean
  /** What it amounts to under a credential with the rows of a place. */
  call(bearer: string, rows: Rows): Promise<string>
}

/** Of fields by which nothing can be named: their arguments. Absent: called with none. */
const unnamed: Readonly<Record<string, () => Record<string, unknown>>> = {
  inclusionProof: () => ({ seq: '1' }),
  consistencyProof: () => ({ from: '1', to: '2' }),
  changePassword: () => ({ input: { currentPassword: 'not what it is', newPassword: 'another long pass phrase' } }),
  saveView: () => ({ input: { name: 'mine', screen: 'directory', search: '' } }),
  openLogEpoch: () => ({ input: { lostFrom: '1', lostTo: '1', reason: 'tried' } }),
  signOutTenant: () => ({ input: { reason: 'tried' } }),
  removeSso: () => ({ input: { issuer: 'https://tried.example' } }),
  changePlan: () => ({ input: { planCode: 'max', reason: 'tried' } }),
  claimDomain: () => ({ input: { domain: `${newId()}.example` } }),
  // Of no row here: what a verified domain takes is an answer of the network.
  verifyDomain: () => ({ input: { domainId: newId() } }),
  releaseDomain: () => ({ input: { domainId: newId() } }),
  rotateKey: () => ({ input: { purpose: 'ISSUER', reason: 'tried' } }),
  pinManifest: () => ({ input: { server: `tried-${newId()}`, tools: [{ name: `tried.${newId()}`, mutates: true }] } }),
  draftPolicyBundle: () => ({
    input: {
      name: 'tried',
      sources: [{ id: 'tried.all', text: '@id("tried.all")\npermit (principal, action, resource);' }],
    },
  }),
}

/** These end a thing for good, or change what every later call rests on: they come last, in this order. */
const last = [
  'closeSignInSession',
  'revokeGrant',
  'revokeRole',
  'revokeApiKey',
  'quarantineManifest',
  'releaseManifest',
  'closeFinding',
  'closeFindings',
  'closeIncident',
  'offboardPerson',
  'quarantineAgent',
  'reinstateAgent',
  'revokeAgent',
  'destroyDataKeys',
  'activatePolicyBundle',
  'signOutTenant',
]

/** Every root field of the schema, looking before acting. */
export function roleCalls(muster: Running, schema: GraphQLSchema): RoleCall[] {
  const sites = sitesOf(schema)
  const calls = rootFields(schema).map(({ root, field }): RoleCall => {
    const isMutation = root === 'Mutation'
    const site = sites.find((one) => one.root === root && one.field === field.name && kinds[one.name] !== null)
    const selection = isMutation ? resultSelection(field.name) : selectionOf(field.type, 1)
    return {
      name: `${root}.${field.name}`,
      named: site !== undefined,
      isMutation,
      async call(bearer, rows) {
        const args =
          site === undefined ? (unnamed[field.name]?.() ?? {}) : argumentsFor(site, rows[kinds[site.name]!], rows)
        const query = operationOf(root, field, Object.keys(args), selection)
        return classOf(field.name, isMutation, await ask(muster, bearer, query, args))
      },
    }
  })
  const rank = ({ name, isMutation }: RoleCall): number =>
    isMutation ? last.indexOf(name.slice('Mutation.'.length)) + 1 : -1
  return calls.toSorted((a, b) => rank(a) - rank(b))
}

/**
 * `seen` | `none` (nothing of the kind) | `null` | `in part` (seen, but not every field of it) | `done` |
 * `forbidden` (no capability for it) | a refusal's code | `error:` and a code for what is neither.
 */
function classOf(field: string, isMutation: boolean, answer: string): string {
  const { data, errors } = JSON.parse(answer.slice(4)) as {
    data?: Record<string, unknown> | null
    errors?: { path?: unknown[]; extensions?: { code?: string } }[]
  }
  const value = data?.[field]
  if (value === null || value === undefined) {
    const [error] = errors ?? []
    const code = error?.extensions?.code
    if (code === undefined) return 'null'
    if (code !== 'FORBIDDEN') return `error:${code}`
    return (error?.path?.length ?? 0) > 1 ? 'in part' : 'forbidden'
  }
  if (Array.isArray(value)) return value.length === 0 ? 'none' : 'seen'
  const given = value as Given
  if (given.__typename === 'Refused') return String(given.code)
  if (given.nodes !== undefined) return given.nodes.length === 0 ? 'none' : 'seen'
  if (!isMutation) return 'seen'
  // Many at once answer what was not possible of each.
  const [refused] = given.refused ?? given.rejected ?? given.results ?? []
  if (refused?.code !== undefined && !(given.changed?.length ?? given.accepted ?? 0)) return refused.code
  return given.destroyed === 0 || given.agentExport?.total === 0 ? 'none' : 'done'
}

/** What tells answers apart, whichever type they are of. */
interface Given {
  __typename?: string
  code?: string
  nodes?: unknown[]
  refused?: { code?: string }[]
  rejected?: { code?: string }[]
  results?: { code?: string }[]
  changed?: unknown[]
  accepted?: number
  destroyed?: number
  agentExport?: { total: number }
}
