/**
 * The whole platform as `npm start` runs it, with ten companies of the same
 * shape, and each subgraph also behind HTTP for the stock gateway beside it.
 *
 * Arguments: the home folder.
 */
import { handoverHeader, serveSubgraph } from '@muster/subgraph-kit'
import { systemClock } from '@muster/kernel'
import { startPlatform, type SeedCompany } from 'muster/up'
import { serveUntilStopped } from './child.ts'

/** Enough for a page of fifty, with fifty more behind it. */
const agentsOfFirst = 100

function company(index: number): SeedCompany {
  const name = `bench-${index}`
  const domain = `${name}.example`
  return {
    organization: { slug: `${name}-group`, name },
    tenant: { slug: name, name },
    units: [
      {
        name: 'Operations',
        kind: 'department',
        units: [
          { name: 'one', kind: 'team' },
          { name: 'two', kind: 'team' },
        ],
      },
    ],
    people: [
      { email: `admin@${domain}`, displayName: 'Admin', roles: [{ role: 'tenant-admin' }] },
      { email: `owner@${domain}`, displayName: 'Owner', unit: 'one', roles: [{ role: 'owner' }] },
    ],
    tools: [{ server: 'crm', tools: [{ name: 'crm.write', description: 'Changes a record', mutates: true }] }],
    agents: Array.from({ length: index === 0 ? agentsOfFirst : 4 }, (_, n) => ({
      slug: `agent-${n}`,
      displayName: `Agent ${n}`,
      team: n % 2 === 0 ? 'one' : 'two',
      owner: `owner@${domain}`,
      purpose: 'Measured',
      model: 'none',
      environment: 'production',
      riskTier: 'LOW' as const,
      tools: ['crm.write'],
    })),
  }
}

const platform = await startPlatform({
  home: process.argv[2]!,
  port: 0,
  clock: systemClock,
  onProgress: () => {},
  companies: Array.from({ length: 10 }, (_, index) => company(index)),
})
const served = await Promise.all(
  platform.inside.subgraphs.map(async (subgraph) => ({
    name: subgraph.name,
    sdl: subgraph.sdl,
    server: await serveSubgraph(subgraph),
  })),
)
// One hour instead of one minute: the stock gateway beside us signs nothing.
const scope = platform.inside.scopes(platform.demo.tenants[0]!.id, { exp: Math.floor(Date.now() / 1000) + 3_600 })
await serveUntilStopped(
  {
    url: platform.url,
    superuserUrl: platform.inside.superuserUrl,
    tenants: platform.demo.tenants.map(({ apiKeys, agents }) => ({
      key: apiKeys.integrator,
      agents: agents.map(({ id }) => id),
    })),
    subgraphs: served.map(({ name, sdl, server }) => ({ name, sdl, url: server.url })),
    header: [handoverHeader, JSON.stringify(scope.handovers)],
  },
  async () => {
    await Promise.all(served.map(({ server }) => server.close()))
    await platform.stop()
  },
)
