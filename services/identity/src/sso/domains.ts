/** Mail domains of a tenant: claimed, proved by DNS, given up. Proved, a domain is one tenant's alone. */
import { domainToASCII } from 'node:url'
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid, newId } from '@muster/kernel'
import { randomToken } from '@muster/keys'
import { z } from 'zod'
import { anyId, line, parseInput } from '../input.ts'
import { refusingOn } from '../refusing.ts'
import type { Room } from '../room.ts'
import { authorizeSso } from './configureSso.ts'
import { isProven, proofRecord } from './dnsProof.ts'
import { domainClaimed, domainTaken, notProven, unknownDomain } from './errors.ts'
import { deleteDomain, domainById, insertDomain, listDomains, markVerified, type SsoDomainRow } from './store.ts'

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
const domainShape = new RegExp(`^(?=.{3,253}$)(${label}\\.)+${label}$`)
const tokenBytes = 24

const domainInput = z.object({
  domain: line(3, 253)
    .transform((text) => domainToASCII(text.toLowerCase()))
    .refine((text) => domainShape.test(text), 'not a domain'),
})
const idInput = z.object({ domainId: anyId })

export async function ssoDomains(room: Room): Promise<SsoDomainRow[]> {
  authorizeSso()
  return room.database.run(listDomains)
}

type Changed = { domain: SsoDomainRow; receipt: Recorded }

/** Throws `DOMAIN_CLAIMED`. What other tenants claimed is not looked at. */
export async function claimDomain(room: Room, input: { domain: string }): Promise<Changed> {
  const claims = authorizeSso()
  const { domain } = parseInput(domainInput, input)
  const nowMs = room.clock.nowMs()
  const row = { tenantId: claims.tenant_id, id: newId(nowMs), domain, token: randomToken(tokenBytes) }
  return room.database.run(async (tx) => {
    if (!(await insertDomain(tx, row))) throw domainClaimed()
    const claimed = (await domainById(tx, row.id)) as SsoDomainRow
    const [receipt] = await appendReceipts(rawQuery(tx), [receiptOf('claimed', claimed)])
    return { domain: claimed, receipt: receipt as Recorded }
  })
}

/** Throws `UNKNOWN_DOMAIN`, `NOT_PROVEN` or `DOMAIN_TAKEN`. */
export async function verifyDomain(room: Room, input: { domainId: string }): Promise<Changed> {
  const { domain, token } = await claimOf(room, input)
  if (!(await isProven(domain, token, room.sso.settings))) throw notProven(proofRecord(token))
  return verified(room, input.domainId, 'DNS')
}

/**
 * The operator of the installation vouches for a domain that no DNS knows, as
 * the demo's. Not in the graph: only who starts the platform can call it.
 */
export async function vouchForDomain(room: Room, input: { domainId: string }): Promise<Changed> {
  await claimOf(room, input)
  return verified(room, input.domainId, 'OPERATOR')
}

export async function releaseDomain(room: Room, input: { domainId: string }): Promise<Recorded> {
  const claim = await claimOf(room, input)
  return room.database.run(async (tx) => {
    if (!(await deleteDomain(tx, claim.id))) throw unknownDomain()
    const [receipt] = await appendReceipts(rawQuery(tx), [receiptOf('released', claim)])
    return receipt as Recorded
  })
}

async function claimOf(room: Room, input: { domainId: string }): Promise<SsoDomainRow> {
  authorizeSso()
  const { domainId } = parseInput(idInput, input)
  const claim = isUuid(domainId) ? await room.database.run((tx) => domainById(tx, domainId)) : null
  if (claim === null) throw unknownDomain()
  return claim
}

function verified(room: Room, id: string, by: 'DNS' | 'OPERATOR'): Promise<Changed> {
  return refusingOn({ '23505': domainTaken }, () =>
    room.database.run(async (tx) => {
      await markVerified(tx, id)
      const domain = await domainById(tx, id)
      if (domain === null) throw unknownDomain()
      const [receipt] = await appendReceipts(rawQuery(tx), [receiptOf('verified', domain, { by })])
      return { domain, receipt: receipt as Recorded }
    }),
  )
}

/** The domain's name is in its row; a receipt says which claim. */
function receiptOf(act: 'claimed' | 'verified' | 'released', { id }: SsoDomainRow, more: Record<string, string> = {}) {
  return { type: `sso.domain_${act}`, subject: { type: 'sso_domain', id }, data: more }
}
