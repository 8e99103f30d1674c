/**
 * Joiner: an agent begins with an owner, a team, a key of its own and the
 * grants it was given, in one commit, or not at all.
 *
 * Everything that needs no lock (ids, key, sealing) is prepared before the
 * transaction; the receipts come last, because they take the ledger's head.
 */
import { appendReceipts, rawQuery, type NewReceipt, type Recorded } from '@muster/db'
import { canonicalize } from '@muster/canonical-json'
import { isUuid, newId } from '@muster/kernel'
import { newApiKey } from '@muster/keys'
import type { z } from 'zod'
import { authorize } from '../caller.ts'
import { parseInput } from '../input.ts'
import type { NewAgent, RegisteredAgent } from '../identity.ts'
import { refusingOn } from '../refusing.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { insertKey } from '../apiKeys/store.ts'
import { needRoom } from '../plans/room.ts'
import { agentKeyCapabilities, agentKeyCeiling } from '../apiKeys/keyRights.ts'
import { keyCreatedReceipt } from '../apiKeys/receipts.ts'
import { slugTaken, unknownOwner, unknownTeam } from './errors.ts'
import { registerAgentInput } from './input.ts'
import {
  activePersonByEmail,
  agentById,
  insertAgent,
  insertInitialGrants,
  unitInScope,
  type AgentRow,
  type InitialGrant,
} from './store.ts'

/** The environment part of every key: where it belongs, for people and secret scanners. */
export const keyEnvironment = 'live'

type Parsed = z.infer<ReturnType<typeof registerAgentInput>>

/** Registers an agent for the scope's caller. Throws the refusals named in agents.graphql. */
export async function registerAgent(room: Room, input: NewAgent): Promise<RegisteredAgent & { agent: AgentRow }> {
  const claims = authorize('agents:write')
  const nowMs = room.clock.nowMs()
  const given = parseInput(registerAgentInput(nowMs), input)
  const grants = (given.grants ?? []).map((grant) => ({ id: newId(nowMs), ...grant }))
  if (grants.length > 0) authorize('grants:write')
  if (!isUuid(given.teamId)) throw unknownTeam()

  const agentId = newId(nowMs)
  const profile = profileOf(given)
  const key = newApiKey(keyEnvironment)
  const keyRow = {
    tenantId: claims.tenant_id,
    id: newId(nowMs),
    label: `${given.slug}: own key`,
    keyPrefix: key.prefix,
    keyHash: key.hash,
    agentId,
    unitId: null,
    capabilities: agentKeyCapabilities,
    trustCeiling: agentKeyCeiling(claims.ceiling),
    createdBy: claims.sub,
    expiresAt: null,
  }
  const about = { tenantId: claims.tenant_id, subject: agentId, nowMs }
  const notes = await sealNotes(room.ring, about, { profile: canonicalize({ slug: given.slug, ...profile }) })
  const granted = await Promise.all(grants.map((grant) => grantReceipt(room, about, grant)))

  // The engine says it again for whoever left between look and write.
  return refusingOn({ MU012: unknownOwner }, () =>
    room.database.run(async (tx) => {
      await needRoom(tx, 'agents')
      if (!(await unitInScope(tx, given.teamId))) throw unknownTeam()
      const ownerId = await activePersonByEmail(tx, room.emailIndex(given.ownerEmail))
      if (ownerId === null) throw unknownOwner()
      const row = {
        tenantId: claims.tenant_id,
        id: agentId,
        slug: given.slug,
        ownerId,
        teamId: given.teamId,
        ...profile,
      }
      if (!(await insertAgent(tx, row))) throw slugTaken(given.slug)
      await insertKey(tx, keyRow)
      await insertInitialGrants(tx, agentId, grants)
      const agent = await agentById(tx, agentId)
      if (agent === null) throw new Error('a registered agent is not visible to whoever registered it')

      const registered: NewReceipt = {
        type: 'agent.registered',
        subject: { type: 'agent', id: agentId },
        agentId,
        data: {
          grants: grants.length,
          key: keyRow.id,
          owner: ownerId,
          riskTier: agent.riskTier,
          status: agent.status,
          team: given.teamId,
          version: agent.version,
          ...notes.commitments,
        },
        sealed: notes.sealed,
      }
      const receipts = await appendReceipts(rawQuery(tx), [registered, keyCreatedReceipt(keyRow), ...granted])
      return { agentId, keyId: keyRow.id, apiKey: key.key.reveal(), agent, receipt: receipts[0] as Recorded }
    }),
  )
}

/** Tool and action are words of the customer's: committed to in the body, sealed beside it, as workforce does. */
async function grantReceipt(
  room: Room,
  about: { tenantId: string; subject: string; nowMs: number },
  grant: InitialGrant,
): Promise<NewReceipt> {
  const access = canonicalize({ action: grant.action, tool: grant.tool })
  const { commitments, sealed } = await sealNotes(room.ring, about, { access })
  return {
    type: 'grant.given',
    subject: { type: 'grant', id: grant.id },
    agentId: about.subject,
    data: {
      agent: about.subject,
      everyAction: grant.action === null,
      expiresAt: grant.expiresAt?.toISOString() ?? null,
      grant: grant.id,
      ...commitments,
    },
    sealed,
  }
}

function profileOf(given: Parsed) {
  return {
    displayName: given.displayName,
    description: given.description ?? '',
    environment: given.environment ?? 'production',
    purpose: given.purpose ?? '',
    model: given.model ?? '',
    ownerType: given.ownerType ?? ('UNKNOWN' as const),
    sponsorDomain: given.sponsorDomain ?? '',
    runtimeName: given.runtimeName ?? '',
    runtimeVersion: given.runtimeVersion ?? '',
    homepageUrl: given.homepageUrl ?? '',
    riskTier: given.riskTier ?? ('MEDIUM' as const),
    publicKey: given.publicKey,
  }
}
