/**
 * Every mutation of identity with an input that succeeds and one field of the
 * input that names something of the company: what the tests over all mutations
 * walk through. A mutation missing here fails `everyMutation.test.ts`.
 */
import { generateKeyPairSync, sign } from 'node:crypto'
import type { Actor, Company, World } from './world.ts'

export interface Act {
  name: string
  /** An input that succeeds once. */
  input(): Promise<object>
  /** The answer to an id that names nothing the caller sees. */
  unknown?: { field: string; code: string }
  /** Acts as oneself: no administrator can stand in. */
  as?: Actor
}

export async function allActs(world: World, company: Company, admin: Actor): Promise<Act[]> {
  let count = 0
  const next = (): string => `${company.tenantId.slice(0, 4)}-${++count}`
  const agent = async () => ({
    agentId: (await world.agent(company, next(), company.units.payments, admin.email)).id,
    reason: 'test',
  })
  const person = async () => (await world.person(company, next(), [{ role: 'viewer', unit: company.units.support }])).id
  const key = async () => (await world.agent(company, next(), company.units.payments, admin.email)).keyId
  const status = (name: string, first?: string): Act => ({
    name,
    input: async () => {
      const input = await agent()
      if (first !== undefined) await world.mutate(company.service, first, input)
      return input
    },
    unknown: { field: 'agentId', code: 'UNKNOWN_AGENT' },
  })
  /** An agent with a key of its own, asked to prove it: what completes the proof. */
  const challenged = async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const { agentId } = await agent()
    const key = publicKey.export({ type: 'spki', format: 'pem' })
    await world.mutate(company.service, 'changeAgent', { agentId, publicKey: key })
    const started = (await world.mutate(
      company.service,
      'startVerification',
      { agentId, method: 'CHALLENGE' },
      '... on VerificationStarted { verification { id } challenge { text } }',
    )) as unknown as { verification: { id: string }; challenge: { text: string } }
    const signature = sign(null, Buffer.from(started.challenge.text), privateKey).toString('base64url')
    return { verificationId: started.verification.id, signature }
  }
  const provider = (clientId: string) => ({
    providerType: 'OIDC_GENERIC',
    issuer: 'https://idp.example',
    clientId,
    clientSecret: 'a client secret',
  })
  /** A claimed domain whose record is in the DNS. */
  const claim = async () => {
    const asked = { domain: `${next()}.example` }
    const fields = '... on DomainClaimed { domain { id domain record } }'
    const { domain } = (await world.mutate(company.service, 'claimDomain', asked, fields)) as unknown as {
      domain: { id: string; domain: string; record: string }
    }
    world.names.publish(domain.domain, domain.record)
    return { domainId: domain.id }
  }
  return [
    {
      name: 'registerAgent',
      input: async () => ({
        slug: next(),
        displayName: 'Bot',
        ownerEmail: admin.email,
        teamId: company.units.payments,
        grants: [{ tool: 'refunds' }],
      }),
      unknown: { field: 'teamId', code: 'UNKNOWN_TEAM' },
    },
    {
      name: 'changeAgent',
      input: async () => ({ ...(await agent()), purpose: 'other' }),
      unknown: { field: 'agentId', code: 'UNKNOWN_AGENT' },
    },
    status('restrictAgent'),
    status('freezeAgent'),
    status('quarantineAgent'),
    status('reinstateAgent', 'freezeAgent'),
    status('revokeAgent'),
    {
      name: 'changeStandings',
      input: async () => ({ act: 'FREEZE', agentIds: [(await agent()).agentId], reason: 'test', expectedCount: 1 }),
      unknown: { field: 'agentIds', code: 'UNKNOWN_AGENT' },
    },
    {
      name: 'startVerification',
      input: async () => ({ agentId: (await agent()).agentId, method: 'DNS_TXT', domain: 'bots.example' }),
      unknown: { field: 'agentId', code: 'UNKNOWN_AGENT' },
    },
    {
      name: 'completeVerification',
      input: challenged,
      unknown: { field: 'verificationId', code: 'UNKNOWN_VERIFICATION' },
    },
    { name: 'startAgentExport', input: async () => ({ filter: { statuses: ['QUARANTINED'] } }) },
    {
      name: 'createApiKey',
      input: async () => ({ label: next(), capabilities: ['agents:read'], unitId: company.units.payments }),
      unknown: { field: 'unitId', code: 'UNKNOWN_UNIT' },
    },
    {
      name: 'rotateApiKey',
      input: async () => ({ keyId: await key() }),
      unknown: { field: 'keyId', code: 'UNKNOWN_KEY' },
    },
    {
      name: 'revokeApiKey',
      input: async () => ({ keyId: await key() }),
      unknown: { field: 'keyId', code: 'UNKNOWN_KEY' },
    },
    {
      name: 'addPerson',
      input: async () => ({
        email: `${next()}@example.com`,
        displayName: 'Per Son',
        unitId: company.units.support,
        roles: [{ role: 'viewer', unitId: company.units.support }],
        password: 'a long passphrase',
      }),
      unknown: { field: 'unitId', code: 'UNKNOWN_UNIT' },
    },
    {
      name: 'changePerson',
      input: async () => ({ personId: await person(), displayName: 'Other' }),
      unknown: { field: 'personId', code: 'UNKNOWN_PERSON' },
    },
    {
      name: 'offboardPerson',
      input: async () => ({ personId: await person(), reason: 'left' }),
      unknown: { field: 'personId', code: 'UNKNOWN_PERSON' },
    },
    {
      name: 'grantRole',
      input: async () => ({ personId: await person(), role: 'approver', unitId: company.units.payments }),
      unknown: { field: 'personId', code: 'UNKNOWN_PERSON' },
    },
    {
      name: 'revokeRole',
      input: async () => {
        const [row] = await world.database.asSuperuser('SELECT id FROM identity.role_binding WHERE person_id = $1', [
          await person(),
        ])
        return { bindingId: row!['id'] }
      },
      unknown: { field: 'bindingId', code: 'UNKNOWN_BINDING' },
    },
    {
      name: 'closeSignInSession',
      input: async () => ({ sessionId: (await world.openSessionAs(company, await person())).sessionId }),
      unknown: { field: 'sessionId', code: 'UNKNOWN_SESSION' },
    },
    {
      name: 'revokeSessions',
      input: async () => {
        const personId = await person()
        await world.openSessionAs(company, personId)
        return { personId, reason: 'a lost laptop' }
      },
      unknown: { field: 'personId', code: 'UNKNOWN_PERSON' },
    },
    {
      name: 'revokeKeyTokens',
      input: async () => ({ keyId: await key(), reason: 'a leaked log' }),
      unknown: { field: 'keyId', code: 'UNKNOWN_KEY' },
    },
    { name: 'signOutTenant', input: async () => ({ reason: 'an incident' }) },
    {
      name: 'changePassword',
      as: admin,
      input: async () => ({ currentPassword: 'ada and a long passphrase', newPassword: 'ada and another passphrase' }),
    },
    {
      name: 'changePlan',
      as: admin,
      // There and back: the same act on whichever plan the tenant is.
      input: async () => {
        const [row] = await world.database.asSuperuser('SELECT plan_code FROM identity.tenant WHERE id = $1', [
          company.tenantId,
        ])
        return { planCode: row!['plan_code'] === 'max' ? 'pro' : 'max', reason: 'test' }
      },
    },
    {
      name: 'saveView',
      as: admin,
      input: async () => ({ name: next(), screen: 'directory', search: '?filter=owner%3Aada', isShared: true }),
    },
    {
      name: 'deleteView',
      as: admin,
      input: async () => {
        const view = { name: next(), screen: 'directory', search: '', isShared: true }
        const saved = await world.mutate(admin.scope, 'saveView', view, '... on ViewSaved { view { id } }')
        return { id: (saved as unknown as { view: { id: string } }).view.id }
      },
      unknown: { field: 'id', code: 'UNKNOWN_VIEW' },
    },
    { name: 'configureSso', input: async () => provider(next()) },
    {
      name: 'removeSso',
      input: async () => {
        const input = provider(next())
        await world.mutate(company.service, 'configureSso', input)
        return { issuer: input.issuer }
      },
    },
    { name: 'claimDomain', input: async () => ({ domain: `${next()}.example` }) },
    { name: 'verifyDomain', input: claim, unknown: { field: 'domainId', code: 'UNKNOWN_DOMAIN' } },
    { name: 'releaseDomain', input: claim, unknown: { field: 'domainId', code: 'UNKNOWN_DOMAIN' } },
  ]
}
