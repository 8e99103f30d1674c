/**
 * Which provider a tenant signs in with.
 *
 * INVARIANT (nobody widens): the role that newcomers get is one the
 * administrator could have given them singly. INVARIANT (a way back in):
 * passwords are switched off only while one person keeps theirs.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid, roles, type Claims } from '@muster/kernel'
import { monthOf } from '@muster/keys'
import { z } from 'zod'
import { unitInScope } from '../agents/store.ts'
import { authorize } from '../caller.ts'
import { anyId, line, optional, parseInput } from '../input.ts'
import { unknownPerson, unknownUnit } from '../people/errors.ts'
import { whyNotGrant } from '../people/roleRights.ts'
import { personById } from '../people/store.ts'
import type { Room } from '../room.ts'
import { breakGlassRequired, issuerRefused, noSso, noWholeTenant, secretRequired } from './errors.ts'
import { algorithms, deleteConfig, providerTypes, readConfig, writeConfig, type SsoConfigRow } from './store.ts'

const configureInput = z.object({
  providerType: z.enum(providerTypes),
  issuer: line(8, 500),
  clientId: line(1, 200),
  clientSecret: optional(line(1, 500)),
  algorithms: optional(z.array(z.enum(algorithms)).min(1)),
  enforceSsoOnly: optional(z.boolean()),
  provisionRole: optional(z.enum(roles).exclude(['tenant-admin', 'auditor'])),
  provisionUnitId: optional(anyId),
  breakGlassPersonId: optional(anyId),
})
/** Names of roles are checked by the schema above. */
export type ConfigureSso = Omit<z.input<typeof configureInput>, 'provisionRole'> & {
  provisionRole?: string | null | undefined
}

/** The caller, who sets up sign-in for the whole tenant. */
export function authorizeSso(): Claims {
  const claims = authorize('sso:write')
  if (!claims.all) throw noWholeTenant()
  return claims
}

export async function ssoConfig(room: Room): Promise<SsoConfigRow | null> {
  authorizeSso()
  return room.database.run(readConfig)
}

/** Throws the refusals named in sso.graphql. */
export async function configureSso(
  room: Room,
  input: ConfigureSso,
): Promise<{ config: SsoConfigRow; receipt: Recorded }> {
  const claims = authorizeSso()
  const given = parseInput(configureInput, input)
  if (!isIssuer(given.issuer) || !room.sso.dialler.mayName(given.issuer)) throw issuerRefused()
  if (given.enforceSsoOnly === true && given.breakGlassPersonId === null) throw breakGlassRequired()
  if (given.breakGlassPersonId !== null && !isUuid(given.breakGlassPersonId)) throw unknownPerson()
  if (given.provisionUnitId !== null && !isUuid(given.provisionUnitId)) throw unknownUnit()
  if (given.provisionRole !== null) {
    const why = whyNotGrant(claims, given.provisionRole, given.provisionUnitId)
    if (why !== null) throw why
  }
  const nowMs = room.clock.nowMs()
  const fresh = given.clientSecret === null ? null : await sealSecret(room, claims.tenant_id, given.clientSecret, nowMs)

  return room.database.run(async (tx) => {
    const before = await readConfig(tx)
    // A secret goes to the client and the issuer it was given for, and to no other.
    const isSameClient = before?.issuer === given.issuer && before.clientId === given.clientId
    const secretSealed = fresh ?? (isSameClient ? before.secretSealed : null)
    if (secretSealed === null) throw secretRequired()
    if (given.provisionUnitId !== null && !(await unitInScope(tx, given.provisionUnitId))) throw unknownUnit()
    if (given.breakGlassPersonId !== null) {
      const person = await personById(tx, given.breakGlassPersonId)
      if (person?.status !== 'ACTIVE') throw unknownPerson()
    }
    const row = {
      tenantId: claims.tenant_id,
      providerType: given.providerType,
      issuer: given.issuer,
      clientId: given.clientId,
      secretSealed: new Uint8Array(secretSealed),
      algorithms: given.algorithms ?? [...algorithms],
      enforceSsoOnly: given.enforceSsoOnly ?? false,
      provisionRole: given.provisionRole,
      provisionUnitId: given.provisionUnitId,
      breakGlassPersonId: given.breakGlassPersonId,
    }
    const config = await writeConfig(tx, row, new Date(nowMs))
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'sso.configured',
        subject: { type: 'tenant', id: claims.tenant_id },
        data: {
          algorithms: config.algorithms,
          breakGlassPerson: config.breakGlassPersonId,
          enforceSsoOnly: config.enforceSsoOnly,
          isNewSecret: fresh !== null,
          isSameClient,
          provider: config.providerType,
          provisionRole: config.provisionRole,
          provisionUnit: config.provisionUnitId,
          version: config.version,
        },
      },
    ])
    return { config, receipt: receipt as Recorded }
  })
}

/** Throws `NO_SSO` when the issuer named is not the one that is set up. */
export async function removeSso(room: Room, input: { issuer: string }): Promise<Recorded> {
  const claims = authorizeSso()
  const { issuer } = parseInput(z.object({ issuer: line(1, 500) }), input)
  return room.database.run(async (tx) => {
    if (!(await deleteConfig(tx, issuer))) throw noSso()
    const [receipt] = await appendReceipts(rawQuery(tx), [
      { type: 'sso.removed', subject: { type: 'tenant', id: claims.tenant_id }, data: {} },
    ])
    return receipt as Recorded
  })
}

/** OpenID Connect Discovery §2: no query and no fragment; nor anything that hides where it leads. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && url.search === '' && url.hash === '' && !/[?#\\\s]/.test(text)
}

const aad = (tenantId: string): Buffer => Buffer.from(`${tenantId}/sso-client-secret`, 'utf8')

function sealSecret(room: Room, tenantId: string, secret: string, nowMs: number): Promise<Buffer> {
  const scope = { tenant: tenantId, class: 'sso', month: monthOf(nowMs), subject: tenantId }
  return room.ring.seal(scope, Buffer.from(secret, 'utf8'), aad(tenantId))
}

/** For the exchange with the provider alone. */
export async function openSecret(room: Room, { tenantId, secretSealed }: SsoConfigRow): Promise<string> {
  return (await room.ring.open(tenantId, secretSealed, aad(tenantId))).toString('utf8')
}
