/**
 * The identity subgraph, put together: its rooms' resolvers, its SDL, and the
 * use cases the gateway calls beside the graph.
 */
import type { Resolvers as AnyResolvers } from '@muster/subgraph-kit'
import { makeSubgraph, sdlBeside } from '@muster/subgraph-kit'
import { Refusal } from '@muster/kernel'
import { agentResolvers } from './agents/resolvers.ts'
import { registerAgent } from './agents/registerAgent.ts'
import { createApiKey } from './apiKeys/createApiKey.ts'
import { noteKeysUsed } from './apiKeys/noteKeysUsed.ts'
import { apiKeyResolvers } from './apiKeys/resolvers.ts'
import { exportResolvers } from './exports/resolvers.ts'
import type { Identity } from './identity.ts'
import { addPerson } from './people/addPerson.ts'
import { personResolvers } from './people/resolvers.ts'
import { planResolvers } from './plans/resolvers.ts'
import { openRoom, type IdentityDeps, type Room } from './room.ts'
import { freezeOrphans } from './scim/freezeOrphans.ts'
import { handleScim } from './scim/handle.ts'
import { savedViewResolvers } from './savedViews/resolvers.ts'
import { signInResolvers } from './signIn/resolvers.ts'
import { closeSession, openSession, recordRefusedSignIn } from './signIn/sessions.ts'
import { verifyPassword } from './signIn/verifyPassword.ts'
import { vouchForDomain } from './sso/domains.ts'
import { completeSso, ssoTenant, startSso } from './sso/exchange.ts'
import { backchannelLogout, ssoLogoutUrl } from './sso/logout.ts'
import { ssoResolvers } from './sso/resolvers.ts'
import { standingResolvers } from './standing/resolvers.ts'
import { recordTenantOpened } from './tenants/recordTenantOpened.ts'
import { tenantResolvers } from './tenants/resolvers.ts'
import { useAssertion } from './tokens/assertions.ts'
import { giveBackAccessToken, giveBackRefreshToken, openTokenFamily, refreshTokens } from './tokens/refresh.ts'
import { tokenResolvers } from './tokens/resolvers.ts'
import { verificationResolvers } from './verification/resolvers.ts'
import type { ProofSettings } from './verification/proofSources.ts'
import { resumeTenant, suspendTenant } from './tenants/suspendTenant.ts'
import { viewerResolvers } from './viewer/resolvers.ts'

/**
 * Starts identity on what it is given. Opens no connection before it is asked something.
 * @param proofs how proofs outside are looked for; the public internet by default.
 */
export async function createIdentity(deps: IdentityDeps, proofs?: ProofSettings): Promise<Identity> {
  const room = await openRoom(deps, proofs)
  const subgraph = makeSubgraph({
    name: 'identity',
    roles: ['muster_identity'],
    sdl: sdlBeside(import.meta.url),
    resolvers: allResolvers(room),
    clock: deps.clock,
    log: deps.log,
    ready: room.database.ready,
    close: async () => {
      await room.jobs.stop()
      await room.proofs.close()
      await room.sso.dialler.close()
      await room.database.close()
    },
  })
  return {
    ...subgraph,
    emailIndex: room.emailIndex,
    verifyPassword: (account, password) => verifyPassword(room, account, password),
    openSession: (input) => openSession(room, input),
    closeSession: (sessionId) => wasOpen(() => closeSession(room, sessionId)),
    recordRefusedSignIn: (input) => recordRefusedSignIn(room, input),
    recordTenantOpened: () => recordTenantOpened(room),
    addPerson: (input) => addPerson(room, input),
    createApiKey: (input) => createApiKey(room, input),
    registerAgent: (input) => registerAgent(room, input),
    suspendTenant: (input) => suspendTenant(room, input),
    resumeTenant: (input) => resumeTenant(room, input),
    noteKeysUsed: (uses) => noteKeysUsed(room, uses),
    openTokenFamily: (family, scope) => openTokenFamily(room, family, scope),
    refreshTokens: (token, wanted) => refreshTokens(room, token, wanted),
    giveBackRefreshToken: (token) => giveBackRefreshToken(room, token),
    useAssertion: (assertion) => useAssertion(room, assertion),
    giveBackAccessToken: (token) => giveBackAccessToken(room, token),
    scim: (request) => handleScim(room, request),
    freezeOrphans: () => freezeOrphans(room),
    startSso: (input) => startSso(room, input),
    ssoTenant: (transaction) => ssoTenant(room, transaction),
    completeSso: (input) => completeSso(room, input),
    backchannelLogout: (logoutToken) => backchannelLogout(room, logoutToken),
    ssoLogoutUrl: (input) => ssoLogoutUrl(room, input),
    vouchForDomain: (input) => vouchForDomain(room, input),
  }
}

/** Every room's resolvers as one map: types in several rooms are joined field by field. */
function allResolvers(room: Room): AnyResolvers {
  const rooms: Record<string, Record<string, unknown>>[] = [
    agentResolvers(room),
    standingResolvers(room),
    exportResolvers(room),
    apiKeyResolvers(room),
    personResolvers(room),
    signInResolvers(room),
    tenantResolvers(room),
    planResolvers(room),
    viewerResolvers(room),
    savedViewResolvers(room),
    tokenResolvers(room),
    verificationResolvers(room),
    ssoResolvers(room),
  ]
  const joined: Record<string, Record<string, unknown>> = {}
  for (const [type, fields] of rooms.flatMap((each) => Object.entries(each))) {
    joined[type] = { ...joined[type], ...fields }
  }
  return joined
}

async function wasOpen(close: () => Promise<unknown>): Promise<boolean> {
  try {
    await close()
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}
