/**
 * Agents through the provider: made without a key (one is shown to whoever
 * makes it in Muster), changed, stopped and started, revoked.
 *
 * INVARIANT (no lifting): the provider starts again only what it stopped
 * itself; a freeze by an analyst stays.
 */
import { canonicalize } from '@muster/canonical-json'
import { appendReceipts, rawQuery, type NewReceipt } from '@muster/db'
import { isUuid, newId } from '@muster/kernel'
import { caller } from '../caller.ts'
import type { Tx } from '../database.ts'
import { refusingOn } from '../refusing.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { applyAct } from '../standing/applyAct.ts'
import type { StandingAct } from '../standing/standing.ts'
import { raiseScopeEpoch } from '../tenants/store.ts'
import { agentJson, readAgent, worksOn, type ReadAgent } from './agent.ts'
import {
  agentAttributes,
  countAgents,
  externalIdsTaken,
  insertAgents,
  markAgentDeleted,
  ownersAmong,
  pageOfAgents,
  saveScimAgents,
  scimAgentById,
  unitsAmong,
  updateAgentRow,
  type AgentValues,
  type ScimAgentRow,
} from './agentsStore.ts'
import { createdAnswer, resourceAnswer } from './created.ts'
import type { Outcome } from './createUsers.ts'
import type { Listed } from './lists.ts'
import { operationsOf, patched } from './patch.ts'
import { matchVersion, type ScimAnswer } from './request.ts'
import { asScimError, invalidValue, notFound, ScimError, taken } from './scimError.ts'
import { agentUrn, musterAgentUrn, type Json } from './urns.ts'
import { lockTenant } from './usersStore.ts'

const deprovisioned = 'deprovisioned by the identity provider'
const provisioned = 'provisioned by the identity provider'

export function agentList(base: string): Listed<ScimAgentRow> {
  return {
    attributes: agentAttributes,
    urns: [agentUrn, musterAgentUrn],
    id: 'a.id',
    count: countAgents,
    page: pageOfAgents,
    json: async (_tx, rows) => rows.map((row) => agentJson(row, base)),
  }
}

export async function readOneAgent(room: Room, id: string, base: string): Promise<ScimAnswer> {
  if (!isUuid(id)) throw notFound()
  return room.database.run(async (tx) => {
    const row = await scimAgentById(tx, id)
    if (row === null) throw notFound()
    return resourceAnswer(agentJson(row, base))
  })
}

/** Creates what can be created, in one commit; an outcome for each body, in order. At most `batchMax` of them. */
export async function createAgents(room: Room, bodies: readonly unknown[], base: string): Promise<Outcome[]> {
  const claims = caller()
  const nowMs = room.clock.nowMs()
  const outcomes: (Outcome | undefined)[] = bodies.map(() => undefined)
  const read = bodies.map((body, index) => {
    try {
      return { index, id: newId(nowMs), agent: readAgent(body) }
    } catch (error) {
      const refused = asScimError(error)
      if (refused === null) throw error
      outcomes[index] = refused
      return null
    }
  })
  const items = read.filter((each) => each !== null)
  const notes = new Map(
    await Promise.all(
      items.map(
        async ({ id, agent }) =>
          [
            id,
            await sealNotes(
              room.ring,
              { tenantId: claims.tenant_id, subject: id, nowMs },
              { profile: canonicalize(profileOf(agent)) },
            ),
          ] as const,
      ),
    ),
  )
  await room.database.run(async (tx) => {
    await lockTenant(tx)
    const places = await placesOf(
      tx,
      items.map(({ agent }) => agent),
    )
    const used = await externalIdsTaken(
      tx,
      items.flatMap(({ agent }) => agent.externalId ?? []),
    )
    const names = new Set<string>()
    const fresh = items.flatMap(({ index, id, agent }): { index: number; agent: ReadAgent; values: AgentValues }[] => {
      const place = places(agent)
      if (place instanceof Error) outcomes[index] = place
      else if (names.has(agent.name)) outcomes[index] = taken('name')
      else if (agent.externalId !== null && used.has(agent.externalId)) outcomes[index] = taken('externalId')
      else {
        names.add(agent.name)
        if (agent.externalId !== null) used.set(agent.externalId, id)
        return [{ index, agent, values: { ...agent, id, ...place } }]
      }
      return []
    })
    const added = await insertAgents(
      tx,
      fresh.map(({ values }) => values),
    )
    const receipts: NewReceipt[] = []
    const stopped: { index: number; id: string }[] = []
    for (const { index, agent, values } of fresh) {
      if (!added.has(values.id)) outcomes[index] = taken('name')
      else {
        receipts.push(registered(values, notes.get(values.id)!))
        if (!agent.active) stopped.push({ index, id: values.id })
      }
    }
    if (stopped.length > 0)
      receipts.push(
        ...(await stop(
          room,
          tx,
          stopped.map(({ id }) => id),
        )),
      )
    const there = fresh.filter(({ values }) => added.has(values.id))
    const now = new Date(nowMs)
    const frozen = new Set(stopped.map(({ id }) => id))
    for (const { index, values } of there) {
      const isFrozen = frozen.has(values.id)
      const row: ScimAgentRow = {
        ...values,
        slug: values.name,
        status: isFrozen ? 'FROZEN' : 'ACTIVE',
        createdAt: now,
        changedAt: now,
        version: isFrozen ? 2 : 1,
        frozen: isFrozen,
      }
      outcomes[index] = createdAnswer(agentJson(row, base))
    }
    await appendReceipts(rawQuery(tx), receipts)
  })
  return outcomes as Outcome[]
}

async function stop(room: Room, tx: Tx, ids: readonly string[]): Promise<NewReceipt[]> {
  const { receipts, agents } = await applyAct(room, tx, {
    tenantId: caller().tenant_id,
    act: 'freeze',
    agentIds: ids,
    reason: deprovisioned,
  })
  const rows = await Promise.all(agents.map(async ({ id }) => (await scimAgentById(tx, id))!))
  await saveScimAgents(
    tx,
    rows.map((row) => ({ ...row, frozen: true })),
  )
  return receipts
}

/** Owner and team of each: who is there, and the unit that was named or is the owner's own. */
async function placesOf(
  tx: Tx,
  agents: readonly ReadAgent[],
): Promise<(agent: ReadAgent) => { ownerId: string; teamId: string } | ScimError> {
  const owners = await ownersAmong(tx, [...new Set(agents.map(({ ownerId }) => ownerId).filter(isUuid))])
  const teams = [...new Set(agents.flatMap(({ team }) => team ?? []))]
  const units = teams.length === 0 ? new Map<string, string | null>() : await unitsAmong(tx, teams)
  return ({ ownerId, team }) => {
    const home = owners.get(ownerId.toLowerCase())
    if (home === undefined) return invalidValue('`owners`: no such person, or none who is still there')
    const teamId = team === null ? home : units.get(team.toLowerCase())
    if (teamId === undefined) return invalidValue('`team`: no such org unit')
    if (teamId === null)
      return invalidValue(
        team === null
          ? '`team` is needed: the owner has no home unit'
          : '`team`: several org units have this name, give the id',
      )
    return { ownerId: ownerId.toLowerCase(), teamId }
  }
}

const profileOf = ({ name, displayName, description, environment, purpose, model }: ReadAgent) => ({
  slug: name,
  displayName,
  description,
  environment,
  purpose,
  model,
})

function registered(values: AgentValues, notes: Awaited<ReturnType<typeof sealNotes>>): NewReceipt {
  return {
    type: 'agent.registered',
    subject: { type: 'agent', id: values.id },
    agentId: values.id,
    data: {
      by: 'SCIM',
      grants: 0,
      key: null,
      owner: values.ownerId,
      riskTier: values.riskTier,
      status: 'ACTIVE',
      team: values.teamId,
      version: 1,
      ...notes.commitments,
    },
    sealed: notes.sealed,
  }
}

export interface AgentChange {
  base: string
  ifMatch: string | null
}

export function patchAgent(room: Room, id: string, body: unknown, change: AgentChange): Promise<ScimAnswer> {
  const operations = operationsOf(body, agentUrn, [musterAgentUrn])
  return changeAgent(room, id, (now) => patched(now, operations), change)
}

export function changeAgent(
  room: Room,
  id: string,
  next: (now: Json) => unknown,
  { base, ifMatch }: AgentChange,
): Promise<ScimAnswer> {
  if (!isUuid(id)) throw notFound()
  return refusingOn({ '23505': () => taken('externalId'), MU012: () => invalidValue('`owners`: no such person') }, () =>
    room.database.run(async (tx) => {
      await raiseScopeEpoch(tx)
      const held = await scimAgentById(tx, id, true)
      if (held === null) throw notFound()
      matchVersion(ifMatch, held.version)
      const agent = readAgent(next(agentJson(held, base)))
      if (agent.name !== held.slug) throw new ScimError(400, 'mutability', '`name` never changes')
      const place = (await placesOf(tx, [agent]))({ ...agent, team: agent.team ?? held.teamId })
      if (place instanceof Error && agent.ownerId.toLowerCase() !== held.ownerId) throw place
      if (!(place instanceof Error) && place.teamId !== held.teamId)
        throw new ScimError(400, 'mutability', '`team`: an agent changes teams by a transfer both sides agree to')
      const receipts = [...(await changed(room, tx, held, agent)), ...(await toggled(room, tx, held, agent.active))]
      const row = await scimAgentById(tx, id)
      await appendReceipts(rawQuery(tx), receipts)
      return resourceAnswer(agentJson(row!, base))
    }),
  )
}

async function changed(room: Room, tx: Tx, held: ScimAgentRow, agent: ReadAgent): Promise<NewReceipt[]> {
  const fields = (
    ['displayName', 'description', 'environment', 'purpose', 'model', 'externalId', 'agentType'] as const
  ).filter((field) => agent[field] !== held[field])
  const ownerId = agent.ownerId.toLowerCase()
  const others = [
    ...(ownerId === held.ownerId ? [] : ['owner']),
    ...(agent.riskTier === held.riskTier ? [] : ['riskTier']),
  ]
  if (fields.length === 0 && others.length === 0) return []
  const version = await updateAgentRow(tx, { ...agent, id: held.id, ownerId })
  await saveScimAgents(tx, [{ ...agent, id: held.id, frozen: held.frozen }])
  const about = { tenantId: caller().tenant_id, subject: held.id, nowMs: room.clock.nowMs() }
  const change = Object.fromEntries(fields.map((field) => [field, { from: held[field], to: agent[field] }]))
  const notes = await sealNotes(room.ring, about, { change: canonicalize(change) })
  return [
    {
      type: 'agent.changed',
      subject: { type: 'agent', id: held.id },
      agentId: held.id,
      data: {
        by: 'SCIM',
        changed: [...fields, ...others].toSorted(),
        version,
        ...(others.includes('owner') ? { owner: { from: held.ownerId, to: ownerId } } : {}),
        ...(others.includes('riskTier') ? { riskTier: { from: held.riskTier, to: agent.riskTier } } : {}),
        ...notes.commitments,
      },
      sealed: notes.sealed,
    },
  ]
}

async function toggled(room: Room, tx: Tx, held: ScimAgentRow, active: boolean): Promise<NewReceipt[]> {
  if (active === worksOn(held.status)) return []
  if (!active) return stop(room, tx, [held.id])
  if (!held.frozen || held.status !== 'FROZEN')
    throw new ScimError(400, 'mutability', '`active`: it was stopped in Muster and is started again there')
  const { receipts } = await act(room, tx, held.id, 'reinstate', provisioned)
  const row = (await scimAgentById(tx, held.id))!
  await saveScimAgents(tx, [{ ...row, frozen: false }])
  return receipts
}

async function act(room: Room, tx: Tx, id: string, name: StandingAct, reason: string) {
  const applied = await applyAct(room, tx, { tenantId: caller().tenant_id, act: name, agentIds: [id], reason })
  const [refused] = applied.refused
  if (refused !== undefined) throw refused.refusal
  return applied
}

/** DELETE: the agent is revoked, its keys close, and the provider sees it no more. Its name stays taken. */
export async function deleteAgent(room: Room, id: string, ifMatch: string | null): Promise<ScimAnswer> {
  if (!isUuid(id)) throw notFound()
  return room.database.run(async (tx) => {
    await lockTenant(tx)
    const held = await scimAgentById(tx, id, true)
    if (held === null) throw notFound()
    matchVersion(ifMatch, held.version)
    const receipts = held.status === 'REVOKED' ? [] : (await act(room, tx, id, 'revoke', deprovisioned)).receipts
    await saveScimAgents(tx, [held])
    await markAgentDeleted(tx, id)
    await appendReceipts(rawQuery(tx), [
      ...receipts,
      {
        type: 'agent.changed',
        subject: { type: 'agent', id },
        agentId: id,
        data: { by: 'SCIM', changed: ['deleted'] },
      },
    ])
    return { status: 204, body: null }
  })
}
