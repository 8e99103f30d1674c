/**
 * The standing of (agent, tool, action, session) as the database composes it
 * (`guard.standing`): a JSON array whose text is also the fingerprint that is
 * compared at commit. This is the one reader of those bytes.
 *
 * Order: agent version, status, risk tier, owner, team, environment, path of
 * units (the team first), policy tier, manifest id, hash, mutates, state, session
 * id, taint, version, open, hash of the active policies, grants as [id, action, active].
 *
 * INVARIANT (no guess): a text of another shape is a fault; nothing is decided on it.
 */
import {
  agentStatuses,
  Fault,
  riskTiers,
  trustLevels,
  type AgentStatus,
  type RiskTier,
  type Trust,
} from '@muster/kernel'
import type { ScoreTier } from '../facts/decisionFacts.ts'

export interface Standing {
  agent: {
    version: number
    status: AgentStatus
    riskTier: RiskTier
    owner: string | null
    team: string | null
    environment: string
    /** The team and every unit above it. */
    units: readonly string[]
    scoreTier: ScoreTier
  }
  manifest: { id: string; hash: string; mutates: boolean; quarantined: boolean } | null
  session: { id: string; taint: Trust; version: number; open: boolean } | null
  /** `null`: no policies are active, so everything is denied. */
  policyHash: string | null
  /** Unrevoked grants that cover the tool and action asked for. */
  grants: readonly { id: string; action: string | null; active: boolean }[]
}

const elements = 18

/** `null` (an agent that does not exist for this tenant) stays `null`. Throws a `Fault` for a foreign shape. */
export function parseStanding(text: string | null): Standing | null {
  if (text === null) return null
  let row: unknown
  try {
    row = JSON.parse(text)
  } catch (cause) {
    throw foreign('is not JSON', cause)
  }
  if (!Array.isArray(row) || row.length !== elements) throw foreign(`has not ${elements} elements`)
  const at: readonly unknown[] = row
  return {
    agent: {
      version: number(at[0], 'agent version'),
      status: oneOf(agentStatuses, at[1], 'agent status'),
      riskTier: oneOf(riskTiers, at[2], 'risk tier'),
      owner: textOrNull(at[3], 'owner'),
      team: textOrNull(at[4], 'team'),
      environment: string(at[5], 'environment'),
      units: at[6] === null ? [] : list(at[6], 'units').map((unit) => string(unit, 'unit')),
      scoreTier: scoreTierOf(at[7]),
    },
    manifest:
      at[8] === null
        ? null
        : {
            id: string(at[8], 'manifest id'),
            hash: string(at[9], 'manifest hash'),
            mutates: boolean(at[10], 'manifest mutates'),
            quarantined: oneOf(['PINNED', 'QUARANTINED'] as const, at[11], 'manifest state') === 'QUARANTINED',
          },
    session:
      at[12] === null
        ? null
        : {
            id: string(at[12], 'session id'),
            taint: oneOf(trustLevels, at[13], 'session taint'),
            version: number(at[14], 'session version'),
            open: boolean(at[15], 'session open'),
          },
    policyHash: textOrNull(at[16], 'policy hash'),
    grants: at[17] === null ? [] : list(at[17], 'grants').map(grantOf),
  }
}

function grantOf(value: unknown): Standing['grants'][number] {
  const grant = list(value, 'grant')
  return {
    id: string(grant[0], 'grant id'),
    action: textOrNull(grant[1], 'grant action'),
    active: boolean(grant[2], 'grant active'),
  }
}

/** A tier this version does not know counts as the strictest: scores only tighten. */
function scoreTierOf(value: unknown): ScoreTier {
  if (value === null) return 'NONE'
  if (value === 'standard') return 'STANDARD'
  return value === 'elevated' ? 'ELEVATED' : 'RESTRICTED'
}

function foreign(what: string, cause?: unknown): Fault {
  return new Fault('INTERNAL', 'the standing of an agent cannot be read', {
    cause: cause ?? new Error(`standing ${what}`),
  })
}

function string(value: unknown, what: string): string {
  if (typeof value !== 'string') throw foreign(`: ${what} is not text`)
  return value
}

function textOrNull(value: unknown, what: string): string | null {
  return value === null ? null : string(value, what)
}

function number(value: unknown, what: string): number {
  if (typeof value !== 'number') throw foreign(`: ${what} is not a number`)
  return value
}

function boolean(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw foreign(`: ${what} is not true or false`)
  return value
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw foreign(`: ${what} is not a list`)
  return value
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown, what: string): T {
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw foreign(`: ${what} is none of ${allowed.join(', ')}`)
  return found
}
