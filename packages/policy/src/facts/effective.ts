/**
 * What is derived from the facts before any policy is asked: the trust that
 * really applies, whether the call changes anything, whether a grant covers it.
 *
 * INVARIANT (the caller does not grade itself): a claim can lower the trust
 * and raise the mutation flag, never the reverse.
 */
import { minTrust, type Trust } from '@muster/kernel'
import type { DecisionFacts, GrantFacts } from './decisionFacts.ts'

/** Rank of each level as policies compare it: higher is more trusted. */
export const trustRanks: Record<Trust, number> = {
  TRUSTED_INTERNAL_SIGNED: 5,
  TRUSTED_INTERNAL: 4,
  SEMI_TRUSTED: 3,
  UNKNOWN: 2,
  UNTRUSTED_EXTERNAL: 1,
  MALICIOUS_SUSPECTED: 0,
}

/** True unless a pinned, undrifted manifest lists the tool as reading only and the caller agrees. */
export function effectiveMutates(facts: DecisionFacts): boolean {
  const { manifest, request } = facts
  if (manifest === null || !manifest.toolKnown || manifest.drift) return true
  return manifest.mutates || request.claimedMutates === true
}

/**
 * min(claim, credential's ceiling, session's taint), with three cautions:
 * - a signed origin counts as signed only when the signature was verified;
 * - without a session there is no taint history: a mutation is UNKNOWN unless
 *   the credential's ceiling is TRUSTED_INTERNAL or better, which then stands in;
 * - a server that offers something else than was pinned vouches for no more
 *   than SEMI_TRUSTED.
 */
export function effectiveTrust(facts: DecisionFacts, mutates: boolean): Trust {
  const { request, credential, session, manifest } = facts
  let trust = minTrust(request.claimedTrust ?? 'UNKNOWN', credential.ceiling)
  if (session !== null) trust = minTrust(trust, session.taint)
  else if (mutates && trustRanks[credential.ceiling] < trustRanks.TRUSTED_INTERNAL) trust = minTrust(trust, 'UNKNOWN')
  if (!request.signatureVerified) trust = minTrust(trust, 'TRUSTED_INTERNAL')
  if (manifest?.drift === true) trust = minTrust(trust, 'SEMI_TRUSTED')
  return trust
}

export type GrantStanding = 'granted' | 'expired' | 'none'

/** Whether any grant covers tool and action, or only ones that have expired. */
export function grantStanding(grants: readonly GrantFacts[], tool: string, action: string): GrantStanding {
  let standing: GrantStanding = 'none'
  for (const grant of grants) {
    if (grant.tool !== tool || (grant.action !== null && grant.action !== action)) continue
    if (grant.active) return 'granted'
    standing = 'expired'
  }
  return standing
}
