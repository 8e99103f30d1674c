/**
 * Who is asking, in words: what the hand-over says, and the names behind it.
 */
import type { Claims } from '@muster/kernel'
import { agentById } from '../agents/store.ts'
import { keyById } from '../apiKeys/store.ts'
import { caller } from '../caller.ts'
import { bindingsOf, personById } from '../people/store.ts'
import type { Tx } from '../database.ts'
import type { Room } from '../room.ts'
import { openPersonField } from '../sealing/personalData.ts'

export interface Viewer {
  claims: Claims
  displayName: string | null
  email: string | null
  roles: { role: string; unitId: string | null }[]
}

export async function readViewer(room: Room): Promise<Viewer> {
  const claims = caller()
  if (claims.kind !== 'person') {
    const displayName = await room.database.run((tx) => nameOfCredential(tx, claims))
    return { claims, displayName, email: null, roles: [] }
  }
  const { person, bindings } = await room.database.run(async (tx) => ({
    person: await personById(tx, claims.sub),
    bindings: await bindingsOf(tx, [claims.sub]),
  }))
  const nowMs = room.clock.nowMs()
  const roles = bindings
    .filter(({ expiresAt }) => expiresAt === null || expiresAt.getTime() > nowMs)
    .map(({ role, unitId }) => ({ role, unitId }))
  if (person === null) return { claims, displayName: null, email: null, roles }
  const [displayName, email] = await Promise.all([
    openPersonField(room.ring, person, 'name', person.nameSealed),
    openPersonField(room.ring, person, 'email', person.emailSealed),
  ])
  return { claims, displayName, email, roles }
}

async function nameOfCredential(tx: Tx, claims: Claims): Promise<string | null> {
  if (claims.agent !== null) return (await agentById(tx, claims.agent))?.displayName ?? null
  return (await keyById(tx, claims.sub))?.label ?? null
}
