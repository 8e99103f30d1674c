/** Provider, domains, links and provider sessions in the database; row-level security decides what is there. */
import type { SsoConfig, SsoDomain } from '../generated/prisma/client.ts'
import { query, type Tx } from '../database.ts'
import type { SsoOrigin } from '../identity.ts'

export const providerTypes = ['entra_id', 'google', 'okta', 'oidc_generic'] as const
export type ProviderType = (typeof providerTypes)[number]
/** Never `none`, never a MAC: the client secret is known to more than the provider's signer. */
export const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
export type Algorithm = (typeof algorithms)[number]

export type SsoConfigRow = Omit<SsoConfig, 'providerType' | 'algorithms'> & {
  providerType: ProviderType
  algorithms: Algorithm[]
}
export type SsoDomainRow = SsoDomain

export async function readConfig(tx: Tx): Promise<SsoConfigRow | null> {
  return (await tx.ssoConfig.findFirst()) as SsoConfigRow | null
}

/** Writes the tenant's one configuration; each write is a new version. */
export async function writeConfig(
  tx: Tx,
  config: Omit<SsoConfigRow, 'updatedAt' | 'version'>,
  now: Date,
): Promise<SsoConfigRow> {
  const { tenantId, ...rest } = config
  const data = { ...rest, secretSealed: new Uint8Array(config.secretSealed), updatedAt: now }
  const { count } = await tx.ssoConfig.updateMany({ where: { tenantId }, data: { ...data, version: { increment: 1 } } })
  if (count === 0) await tx.ssoConfig.createMany({ data: [{ tenantId, ...data }] })
  return (await readConfig(tx)) as SsoConfigRow
}

export async function deleteConfig(tx: Tx, issuer: string): Promise<boolean> {
  return (await tx.ssoConfig.deleteMany({ where: { issuer } })).count === 1
}

export async function listDomains(tx: Tx): Promise<SsoDomainRow[]> {
  return tx.ssoDomain.findMany({ orderBy: { domain: 'asc' } })
}

export async function domainById(tx: Tx, id: string): Promise<SsoDomainRow | null> {
  return tx.ssoDomain.findFirst({ where: { id } })
}

/** False when this tenant claimed it already. */
export async function insertDomain(
  tx: Tx,
  domain: Pick<SsoDomainRow, 'tenantId' | 'id' | 'domain' | 'token'>,
): Promise<boolean> {
  return (await tx.ssoDomain.createMany({ data: [domain], skipDuplicates: true })).count === 1
}

/** Throws SQLSTATE 23505 when another tenant proved the domain before. */
export async function markVerified(tx: Tx, id: string): Promise<void> {
  await query(
    tx,
    'UPDATE identity.sso_domain SET verified_at = muster.now() WHERE id = $1::uuid AND verified_at IS NULL RETURNING id',
    [id],
  )
}

export async function deleteDomain(tx: Tx, id: string): Promise<boolean> {
  return (await tx.ssoDomain.deleteMany({ where: { id } })).count === 1
}

export async function isVerifiedDomain(tx: Tx, domain: string): Promise<boolean> {
  return (await tx.ssoDomain.count({ where: { domain, verifiedAt: { not: null } } })) === 1
}

export interface Subject {
  providerType: ProviderType
  issuer: string
  subjectIndex: Buffer
}

export async function linkedPerson(
  tx: Tx,
  { providerType, issuer, subjectIndex }: Subject,
): Promise<{ personId: string; isActive: boolean } | null> {
  const [row] = await query<{ personId: string; isActive: boolean }>(
    tx,
    `SELECT l.person_id AS "personId", p.status = 'ACTIVE' AS "isActive"
       FROM identity.sso_link l JOIN identity.person p ON p.tenant_id = l.tenant_id AND p.id = l.person_id
      WHERE l.provider_type = $1 AND l.issuer = $2 AND l.subject_index = $3`,
    [providerType, issuer, subjectIndex],
  )
  return row ?? null
}

/** False when the subject, or the person, is linked at this provider already. */
export async function insertLink(
  tx: Tx,
  link: Subject & { tenantId: string; id: string; personId: string },
): Promise<boolean> {
  const data = { ...link, subjectIndex: new Uint8Array(link.subjectIndex) }
  return (await tx.ssoLink.createMany({ data: [data], skipDuplicates: true })).count === 1
}

export async function personByEmailIndex(tx: Tx, index: Buffer): Promise<{ id: string; isActive: boolean } | null> {
  const [row] = await query<{ id: string; isActive: boolean }>(
    tx,
    `SELECT p.id, p.status = 'ACTIVE' AS "isActive" FROM identity.person p WHERE p.email_index = $1`,
    [index],
  )
  return row ?? null
}

export async function insertSsoSession(
  tx: Tx,
  session: SsoOrigin & { tenantId: string; sessionId: string; personId: string },
): Promise<void> {
  const sidIndex = session.sidIndex === null ? null : new Uint8Array(session.sidIndex)
  await tx.ssoSession.createMany({
    data: [{ ...session, subjectIndex: new Uint8Array(session.subjectIndex), sidIndex }],
  })
}

export async function issuerOfSession(tx: Tx, sessionId: string): Promise<string | null> {
  const row = await tx.ssoSession.findFirst({ where: { sessionId }, select: { issuer: true } })
  return row?.issuer ?? null
}

/** Ends open sessions that came from a provider's session, or from all of a subject's; which, and whose. */
export async function endSsoSessions(
  tx: Tx,
  issuer: string,
  what: { sidIndex: Buffer | null; subjectIndex: Buffer | null },
): Promise<{ id: string; personId: string }[]> {
  return query<{ id: string; personId: string }>(
    tx,
    `UPDATE identity.session s SET revoked_at = muster.now()
       FROM identity.sso_session o
      WHERE o.tenant_id = s.tenant_id AND o.session_id = s.id AND o.issuer = $1
        AND ($2::bytea IS NULL OR o.sid_index = $2) AND ($3::bytea IS NULL OR o.subject_index = $3)
        AND s.revoked_at IS NULL AND s.expires_at > muster.now()
      RETURNING s.id, s.person_id AS "personId"`,
    [issuer, what.sidIndex, what.subjectIndex],
  )
}
