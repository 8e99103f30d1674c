/**
 * The identity service as a process of its own (environment: `serveAlone` in the subgraph kit).
 *
 * Beside the graph it offers the gateway what signing in and out takes.
 */
import { serveAlone } from '@muster/subgraph-kit'
import { createIdentity } from './subgraph.ts'

await serveAlone(async (deps) => {
  const identity = await createIdentity(deps)
  const { emailIndex, verifyPassword, openSession, closeSession, recordRefusedSignIn, noteKeysUsed, scim } = identity
  const { openTokenFamily, refreshTokens, giveBackRefreshToken, giveBackAccessToken, useAssertion } = identity
  const { startSso, ssoTenant, completeSso, backchannelLogout, ssoLogoutUrl } = identity
  return {
    ...identity,
    door: {
      emailIndex,
      verifyPassword,
      openSession,
      closeSession,
      recordRefusedSignIn,
      noteKeysUsed,
      scim,
      openTokenFamily,
      refreshTokens,
      giveBackRefreshToken,
      giveBackAccessToken,
      useAssertion,
      startSso,
      ssoTenant,
      completeSso,
      backchannelLogout,
      ssoLogoutUrl,
    },
  }
})
