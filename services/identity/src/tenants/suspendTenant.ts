/**
 * Suspending a tenant, and letting it go on: acts of whoever runs the
 * installation, in the tenant's own ledger.
 *
 * While it is suspended no credential of the tenant holds: the gateway asks
 * again within a second. Sessions end for good; keys hold again afterwards.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { Fault, Refusal } from '@muster/kernel'
import { z } from 'zod'
import { caller } from '../caller.ts'
import { parseInput, reason } from '../input.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { endAllSessions, holdTenant, setActive } from './store.ts'

const reasoned = z.object({ reason })

/** Suspends the scope's tenant. Throws `ALREADY_SUSPENDED`. */
export function suspendTenant(room: Room, input: { reason: string }): Promise<Recorded> {
  return switchTenant(room, input, false)
}

/** Lets the scope's tenant go on. Throws `NOT_SUSPENDED`. */
export function resumeTenant(room: Room, input: { reason: string }): Promise<Recorded> {
  return switchTenant(room, input, true)
}

async function switchTenant(room: Room, input: { reason: string }, active: boolean): Promise<Recorded> {
  const claims = caller()
  if (claims.kind !== 'service' || !claims.all) throw new Fault('FORBIDDEN', 'only the operator suspends a tenant')
  const given = parseInput(reasoned, input)
  const about = { tenantId: claims.tenant_id, subject: claims.tenant_id, nowMs: room.clock.nowMs() }
  const notes = await sealNotes(room.ring, about, { reason: given.reason })
  return room.database.run(async (tx) => {
    if ((await holdTenant(tx)) === active) {
      throw active
        ? new Refusal('NOT_SUSPENDED', 'the tenant is not suspended')
        : new Refusal('ALREADY_SUSPENDED', 'the tenant is suspended already')
    }
    await setActive(tx, active)
    const data = active ? {} : { sessionsEnded: await endAllSessions(tx, new Date(room.clock.nowMs())) }
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: active ? 'tenant.resumed' : 'tenant.suspended',
        subject: { type: 'tenant', id: claims.tenant_id },
        data: { ...data, ...notes.commitments },
        sealed: notes.sealed,
      },
    ])
    return receipt as Recorded
  })
}
