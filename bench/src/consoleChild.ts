/**
 * The platform with one company of very many agents, for the console's own
 * measures. The agents come through `registerAgent`, as all agents do.
 *
 * Arguments: the home folder, and how many agents.
 */
import { systemClock } from '@muster/kernel'
import { startPlatform } from 'muster/up'
import { serveUntilStopped } from './child.ts'

const [home = '', agents = '0'] = process.argv.slice(2)
const domain = 'crowd.example'

const platform = await startPlatform({
  home,
  port: 0,
  clock: systemClock,
  onProgress: () => {},
  companies: [
    {
      organization: { slug: 'crowd-group', name: 'Crowd' },
      tenant: { slug: 'crowd', name: 'Crowd' },
      units: [
        {
          name: 'Operations',
          kind: 'department',
          units: Array.from({ length: 12 }, (_, n) => ({ name: `team-${n}`, kind: 'team' as const })),
        },
      ],
      people: [
        { email: `ciso@${domain}`, displayName: 'Ciso', roles: [{ role: 'ciso' }] },
        { email: `owner@${domain}`, displayName: 'Owner', unit: 'team-0', roles: [{ role: 'owner' }] },
      ],
      tools: [{ server: 'crm', tools: [{ name: 'crm.read', description: 'Reads a record', mutates: false }] }],
      agents: Array.from({ length: Number(agents) }, (_, n) => ({
        slug: `agent-${String(n).padStart(5, '0')}`,
        displayName: `Agent ${n}`,
        team: `team-${n % 12}`,
        owner: `owner@${domain}`,
        purpose: 'Scrolled past',
        model: 'none',
        environment: 'production',
        riskTier: 'LOW' as const,
        tools: ['crm.read'],
      })),
    },
  ],
})
await serveUntilStopped({ url: platform.url, user: platform.demo.tenants[0]!.users[0]! }, () => platform.stop())
