/**
 * Single sign-on of the demo: each company is set up for the demo's provider,
 * through the product's own acts, when it is not yet.
 *
 * No DNS knows `northwind.example`, so the operator vouches for the domain:
 * the receipt says so. Passwords go on counting.
 */
import { inScope } from '@muster/db'
import { readOrCreateSecret } from '@muster/db/embedded'
import type { Identity } from '@muster/identity'
import type { SeededTenant } from '../../../../prisma/seed/seedCompany.ts'
import { startDemoProvider, type DemoProvider } from './demoProvider.ts'
import type { Home } from './home.ts'
import type { ServiceScopes } from './serviceScope.ts'

interface Parts {
  home: Home
  url: string
  port: number
  tenants: readonly SeededTenant[]
  identity: Identity
  scopes: ServiceScopes
}

export async function startDemoSso({ home, url, port, tenants, identity, scopes }: Parts): Promise<DemoProvider> {
  const secret = Buffer.from(readOrCreateSecret(home.keys, 'demo-provider.key'), 'base64url')
  const provider = await startDemoProvider({ musterUrl: url, port: port === 0 ? 0 : port + 1, secret, tenants })
  for (const tenant of tenants) await setUp(provider, tenant, identity, scopes)
  return provider
}

async function setUp(
  provider: DemoProvider,
  { id, slug, users }: SeededTenant,
  identity: Identity,
  scopes: ServiceScopes,
): Promise<void> {
  async function run<T>(query: string, input?: object): Promise<T> {
    const variables = input === undefined ? {} : { input }
    const { data, errors } = await identity.execute({ query, variables, handovers: scopes(id).handovers })
    if (errors !== undefined) throw new Error(`the demo's single sign-on could not be set up: ${errors[0]?.message}`)
    return data as T
  }
  const known = await run<{ ssoConfig: { issuer: string } | null; ssoDomains: unknown[] }>(
    '{ ssoConfig { issuer } ssoDomains { id } }',
  )
  const client = provider.client(slug)
  if (known.ssoConfig?.issuer !== provider.issuer) {
    await run(
      'mutation ($input: ConfigureSsoInput!) { configureSso(input: $input) { __typename ... on Refusal { code } } }',
      { providerType: 'OIDC_GENERIC', issuer: provider.issuer, clientId: client.id, clientSecret: client.secret },
    )
  }
  const domain = users[0]?.email.split('@')[1]
  if (known.ssoDomains.length > 0 || domain === undefined) return
  const { claimDomain } = await run<{ claimDomain: { domain?: { id: string } } }>(
    'mutation ($input: ClaimDomainInput!) { claimDomain(input: $input) { __typename ... on DomainClaimed { domain { id } } } }',
    { domain },
  )
  const claimed = claimDomain.domain?.id
  if (claimed !== undefined) await inScope(scopes(id), () => identity.vouchForDomain({ domainId: claimed }))
}
