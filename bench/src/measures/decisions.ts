/**
 * (a) Durable `authorizeAction` over HTTP: alone, with ten tenants, with 2 ms
 * of added commit latency; beside a trivial query through a stock in-process
 * gateway and beside single-row commits on the same database.
 */
import { graphqlLoad, type Figures, type LoadOptions } from '../load.ts'
import { startChild } from '../child.ts'
import { addCommitLatency, singleRowCommits } from './database.ts'

export interface PlatformReady {
  url: string
  superuserUrl: string
  tenants: { key: string; agents: string[] }[]
  subgraphs: { name: string; sdl: string; url: string }[]
  header: [string, string]
}

const operation = `mutation decide($input: AuthorizeActionInput!) { authorizeAction(input: $input) { __typename
  ... on ActionDecided { decision { id outcome reasonCode effectiveTrust mutates payloadHash actionHash policyHash receipt { id seq } } permit { token expiresAt } approval { id status expiresAt } }
  ... on Refusal { code message } } }`

export function decisions(platform: PlatformReady, tenants: number, options: LoadOptions): Promise<Figures> {
  const of = (connection: number) => platform.tenants[connection % tenants]!
  return graphqlLoad({
    ...options,
    url: `${platform.url}/graphql`,
    headers: (connection) => ({ authorization: `Bearer ${of(connection).key}` }),
    body: (connection, turn) => ({
      query: operation,
      variables: {
        input: {
          agentId: of(connection).agents[turn % 4],
          tool: 'crm.write',
          action: 'update',
          resource: `customer/${connection}-${turn}`,
          sourceTrust: 'TRUSTED_INTERNAL',
          parameters: { customer: turn, note: 'a change of address', fields: { street: 'Long Lane 1', city: 'Delft' } },
        },
      },
    }),
    check: (data) => data?.authorizeAction?.decision?.outcome === 'ALLOW',
  })
}

export interface DecisionFigures {
  connections: number
  oneTenant: Figures
  tenTenants: Figures
  trivialQuery: Figures
  singleRowCommits: Figures
  slowCommits: { decisions: Figures; singleRowCommits: Figures }
}

export async function measureDecisions(
  platform: PlatformReady,
  base: Omit<LoadOptions, 'connections'>,
  counts: readonly number[],
): Promise<DecisionFigures[]> {
  const results: DecisionFigures[] = []
  for (const connections of counts) {
    const options = { ...base, connections }
    const oneTenant = await decisions(platform, 1, options)
    const tenTenants = await decisions(platform, 10, options)
    const peer = await startChild<{ url: string }>('./peers/stockInProcess.ts')
    const trivialQuery = await graphqlLoad({
      ...options,
      url: peer.ready.url,
      body: () => ({ query: '{ ping }' }),
      check: (data) => data?.ping === 'pong',
    })
    await peer.stop()
    const single = await singleRowCommits(platform.superuserUrl, options)
    await addCommitLatency(platform.superuserUrl, 2_000)
    const slow = {
      decisions: await decisions(platform, 1, options),
      singleRowCommits: await singleRowCommits(platform.superuserUrl, options),
    }
    await addCommitLatency(platform.superuserUrl, 0)
    results.push({ connections, oneTenant, tenTenants, trivialQuery, singleRowCommits: single, slowCommits: slow })
  }
  return results
}
