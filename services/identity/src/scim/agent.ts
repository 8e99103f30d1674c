/**
 * An Agent as JSON (draft-abbey-scim-agent-extension-00) and as Muster keeps
 * it. One owner, exactly: Muster knows no agent that several answer for. Pure.
 */
import { riskTiers } from '@muster/kernel'
import { z } from 'zod'
import { anyId, line, parseInput, prose } from '../input.ts'
import type { ScimAgentRow } from './agentsStore.ts'
import { booleanOf, memberOf } from './patch.ts'
import { invalidSyntax } from './scimError.ts'
import { agentUrn, isObject, musterAgentUrn, type Json } from './urns.ts'
import { metaOf } from './user.ts'

const shape = z.object({
  name: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,126}$/,
      'must be 1 to 127 of a-z, 0-9, `.`, `_`, `-`, and begin with a letter or digit',
    ),
  externalId: line(1, 200).nullish(),
  displayName: line(1, 200).nullish(),
  description: prose(0, 4_000).nullish(),
  agentType: line(1, 200).nullish(),
  active: z.preprocess(booleanOf, z.boolean()).nullish(),
  owners: z.preprocess(
    (given) =>
      (Array.isArray(given) ? given : [given]).map((each: unknown) =>
        typeof each === 'string' ? { value: each } : each,
      ),
    z.array(z.object({ value: anyId })).length(1, 'an agent has exactly one owner'),
  ),
  [musterAgentUrn]: z
    .object({
      team: line(1, 200).nullish(),
      riskTier: z
        .preprocess((value) => (typeof value === 'string' ? value.toUpperCase() : value), z.enum(riskTiers))
        .nullish(),
      environment: line(1, 64).nullish(),
      purpose: prose(0, 1_000).nullish(),
      model: line(0, 200).nullish(),
    })
    .nullish(),
})

export interface ReadAgent {
  name: string
  externalId: string | null
  displayName: string
  description: string
  agentType: string | null
  active: boolean
  ownerId: string
  /** Id or name; null = the owner's home unit. */
  team: string | null
  riskTier: string
  environment: string
  purpose: string
  model: string
}

export function readAgent(body: unknown): ReadAgent {
  if (!isObject(body)) throw invalidSyntax('a resource is an object')
  const given = Object.fromEntries(
    Object.keys(shape.shape)
      .map((name) => [name, memberOf(body, name)])
      .filter(([, value]) => value !== undefined),
  )
  const parsed = parseInput(shape, given)
  const extension = parsed[musterAgentUrn] ?? {}
  return {
    name: parsed.name,
    externalId: parsed.externalId ?? null,
    displayName: parsed.displayName ?? parsed.name,
    description: parsed.description ?? '',
    agentType: parsed.agentType ?? null,
    active: parsed.active ?? true,
    ownerId: parsed.owners[0]!.value,
    team: extension.team ?? null,
    riskTier: extension.riskTier ?? 'MEDIUM',
    environment: extension.environment ?? 'production',
    purpose: extension.purpose ?? '',
    model: extension.model ?? '',
  }
}

export const worksOn = (status: ScimAgentRow['status']): boolean => status === 'ACTIVE' || status === 'RESTRICTED'

export function agentJson(row: ScimAgentRow, base: string): Json {
  return {
    schemas: [agentUrn, musterAgentUrn],
    id: row.id,
    ...(row.externalId === null ? {} : { externalId: row.externalId }),
    name: row.slug,
    displayName: row.displayName,
    ...(row.description === '' ? {} : { description: row.description }),
    ...(row.agentType === null ? {} : { agentType: row.agentType }),
    active: worksOn(row.status),
    owners: [{ value: row.ownerId, $ref: `${base}/Users/${row.ownerId}` }],
    [musterAgentUrn]: {
      team: row.teamId,
      riskTier: row.riskTier,
      environment: row.environment,
      ...(row.purpose === '' ? {} : { purpose: row.purpose }),
      ...(row.model === '' ? {} : { model: row.model }),
      status: row.status,
    },
    meta: metaOf('Agent', `${base}/Agents/${row.id}`, row),
  }
}
