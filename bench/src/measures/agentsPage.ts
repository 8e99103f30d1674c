/**
 * (c) A page of 50 agents with score and team, across three subgraphs, beside
 * a stock gateway over HTTP on the same subgraphs and rows.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild } from '../child.ts'
import { graphqlLoad, type Figures, type LoadOptions } from '../load.ts'
import type { PlatformReady } from './decisions.ts'

const query =
  '{ agents(first: 50) { nodes { id slug displayName team { id name } score { risk { value confidence } policyTier } } pageInfo { hasNextPage endCursor } } }'
const isWhole = (data: any): boolean =>
  data?.agents?.nodes?.length === 50 && data.agents.nodes.every((node: any) => node.team?.name !== undefined)

export async function measureAgentsPage(
  platform: PlatformReady,
  options: LoadOptions,
): Promise<{ ours: Figures; stock: Figures }> {
  const ours = await graphqlLoad({
    ...options,
    url: `${platform.url}/graphql`,
    headers: () => ({ authorization: `Bearer ${platform.tenants[0]!.key}` }),
    body: () => ({ query }),
    check: isWhole,
  })
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  const file = join(folder, 'subgraphs.json')
  writeFileSync(file, JSON.stringify({ subgraphs: platform.subgraphs, header: platform.header }), { mode: 0o600 })
  const peer = await startChild<{ url: string }>('./peers/stockOverHttp.ts', [file])
  try {
    const stock = await graphqlLoad({ ...options, url: peer.ready.url, body: () => ({ query }), check: isWhole })
    return { ours, stock }
  } finally {
    await peer.stop()
    rmSync(folder, { recursive: true })
  }
}
