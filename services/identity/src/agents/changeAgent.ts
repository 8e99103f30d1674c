/**
 * Mover: another owner, another risk tier, another purpose. The team is not
 * changed here: it moves when both sides agree (workforce's transfer).
 *
 * A new owner changes what two people may see, so the tenant's scope epoch is
 * raised with it. INVARIANT (lock order): tenant, agent, ledger head.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { canonicalize } from '@muster/canonical-json'
import { isUuid } from '@muster/kernel'
import type { z } from 'zod'
import { authorize } from '../caller.ts'
import { query, type Tx } from '../database.ts'
import { parseInput } from '../input.ts'
import { refusingOn } from '../refusing.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { raiseScopeEpoch } from '../tenants/store.ts'
import { agentRevoked, nothingToChange, outOfScope, staleVersion, unknownAgent, unknownOwner } from './errors.ts'
import { changeAgentInput } from './input.ts'
import { activePersonByEmail, agentById, holdAgent, type AgentRow, type HeldAgent } from './store.ts'

type Given = z.infer<typeof changeAgentInput>

const profileFields = [
  'displayName',
  'description',
  'environment',
  'purpose',
  'model',
  'publicKey',
  'ownerType',
  'sponsorDomain',
  'runtimeName',
  'runtimeVersion',
  'homepageUrl',
] as const

/** Changes an agent. Throws the refusals named in agents.graphql. */
export async function changeAgent(room: Room, input: unknown): Promise<{ agent: AgentRow; receipt: Recorded }> {
  const claims = authorize('agents:write')
  const given = parseInput(changeAgentInput, input)
  if (!isUuid(given.agentId)) throw unknownAgent()
  const nowMs = room.clock.nowMs()

  return refusingOn({ MU012: unknownOwner }, () =>
    room.database.run(async (tx) => {
      if (given.ownerEmail !== null) await raiseScopeEpoch(tx)
      const held = await holdAgent(tx, given.agentId)
      if (held === null) throw unknownAgent()
      if (!held.inReach) throw outOfScope()
      if (held.status === 'REVOKED') throw agentRevoked()
      if (given.expectedVersion !== null && given.expectedVersion !== held.version) throw staleVersion(held.version)

      const next = await nextOf(tx, room, held, given)
      const profile = profileFields.filter((field) => next[field] !== held[field])
      const ownerChanges = next.ownerId !== held.ownerId
      const tierChanges = next.riskTier !== held.riskTier
      if (profile.length === 0 && !ownerChanges && !tierChanges) throw nothingToChange()

      const notes = await sealNotes(
        room.ring,
        { tenantId: claims.tenant_id, subject: held.id, nowMs },
        {
          change: canonicalize(
            Object.fromEntries(profile.map((field) => [field, { from: held[field], to: next[field] }])),
          ),
          ...(given.reason === null ? {} : { reason: given.reason }),
        },
      )
      await updateAgent(tx, next)
      const agent = await agentById(tx, held.id)
      if (agent === null) throw unknownAgent()
      const [receipt] = await appendReceipts(rawQuery(tx), [
        {
          type: 'agent.changed',
          subject: { type: 'agent', id: held.id },
          agentId: held.id,
          data: {
            changed: [...profile, ...(ownerChanges ? ['owner'] : []), ...(tierChanges ? ['riskTier'] : [])].toSorted(),
            version: agent.version,
            ...(ownerChanges ? { owner: { from: held.ownerId, to: next.ownerId } } : {}),
            ...(tierChanges ? { riskTier: { from: held.riskTier, to: next.riskTier } } : {}),
            ...notes.commitments,
          },
          sealed: notes.sealed,
        },
      ])
      return { agent, receipt: receipt as Recorded }
    }),
  )
}

async function nextOf(tx: Tx, room: Room, held: HeldAgent, given: Given): Promise<AgentRow> {
  let ownerId = held.ownerId
  if (given.ownerEmail !== null) {
    const found = await activePersonByEmail(tx, room.emailIndex(given.ownerEmail))
    if (found === null) throw unknownOwner()
    ownerId = found
  }
  return {
    ...held,
    ownerId,
    displayName: given.displayName ?? held.displayName,
    description: given.description ?? held.description,
    environment: given.environment ?? held.environment,
    purpose: given.purpose ?? held.purpose,
    model: given.model ?? held.model,
    publicKey: given.publicKey ?? held.publicKey,
    ownerType: given.ownerType ?? held.ownerType,
    sponsorDomain: given.sponsorDomain ?? held.sponsorDomain,
    runtimeName: given.runtimeName ?? held.runtimeName,
    runtimeVersion: given.runtimeVersion ?? held.runtimeVersion,
    homepageUrl: given.homepageUrl ?? held.homepageUrl,
    riskTier: given.riskTier ?? held.riskTier,
  }
}

async function updateAgent(tx: Tx, next: AgentRow): Promise<void> {
  await query(
    tx,
    `UPDATE identity.agent SET display_name = $2, description = $3, environment = $4, purpose = $5, model = $6,
            public_key = $7, risk_tier = $8, owner_id = $9::uuid, owner_type = $10, sponsor_domain = $11, runtime_name = $12,
            runtime_version = $13, homepage_url = $14, updated_at = muster.now(), version = version + 1
      WHERE id = $1::uuid RETURNING id`,
    [
      next.id,
      next.displayName,
      next.description,
      next.environment,
      next.purpose,
      next.model,
      next.publicKey,
      next.riskTier,
      next.ownerId,
      next.ownerType,
      next.sponsorDomain,
      next.runtimeName,
      next.runtimeVersion,
      next.homepageUrl,
    ],
  )
}
