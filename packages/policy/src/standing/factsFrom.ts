/**
 * Standing, request and credential put together as the facts of a decision.
 */
import type { CredentialFacts, DecisionFacts, RequestFacts, SessionFacts } from '../facts/decisionFacts.ts'
import type { Standing } from './parseStanding.ts'

export interface Asked {
  agentId: string
  request: RequestFacts
  /** The session the caller named, if any. */
  sessionId: string | null
  credential: CredentialFacts
  nowMs: number
}

export function factsFrom(standing: Standing, asked: Asked): DecisionFacts {
  const { agent, manifest } = standing
  return {
    agent: {
      id: asked.agentId,
      status: agent.status,
      riskTier: agent.riskTier,
      environment: agent.environment,
      team: agent.team,
      // The path runs from the team upwards.
      department: agent.units.at(-1) ?? null,
      units: agent.units,
      owner: agent.owner,
      scoreTier: agent.scoreTier,
    },
    request: asked.request,
    credential: asked.credential,
    session: sessionOf(standing, asked.sessionId),
    manifest:
      manifest === null
        ? null
        : {
            hash: manifest.hash,
            server: '',
            toolKnown: true,
            mutates: manifest.mutates,
            drift: false,
            quarantined: manifest.quarantined,
          },
    // The standing holds grants of the tool asked for only.
    grants: standing.grants.map((grant) => ({ ...grant, tool: asked.request.tool })),
    connector: null,
    nowMs: asked.nowMs,
  }
}

/**
 * A session that is named but is not this agent's, or has ended, has no known
 * history: UNKNOWN, and the credential's ceiling does not stand in for it.
 */
function sessionOf({ session }: Standing, named: string | null): SessionFacts | null {
  if (named === null) return null
  return session !== null && session.open && session.id === named
    ? { id: session.id, taint: session.taint }
    : { id: named, taint: 'UNKNOWN' }
}
