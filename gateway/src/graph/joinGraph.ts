/**
 * The supergraph and the services it names, joined: each name gets an endpoint,
 * in this process or at an address, and the merging server is started on them.
 */
import type { Subgraph } from '@muster/subgraph-kit'
import type { Logger } from 'pino'
import { endpointOf, type Endpoint, type RemoteSubgraph } from './endpoint.ts'
import { startFederated, type Federated } from './federated.ts'
import { isPlaceholder, rolesOf } from './serviceRoles.ts'
import { readSupergraph, type PublicGraph } from './supergraph.ts'

export interface JoinedGraph {
  readonly graph: PublicGraph
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly federated: Federated
  close(): Promise<void>
}

/**
 * Joins. @param urlsWin true when addresses in the supergraph replace services
 * that were given as objects.
 */
export async function joinGraph(
  sdl: string,
  subgraphs: readonly (Subgraph | RemoteSubgraph)[],
  urlsWin: boolean,
  log: Logger,
): Promise<JoinedGraph> {
  const graph = readSupergraph(sdl)
  const given = new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]))
  const endpoints = new Map<string, Endpoint>()
  for (const { name, url } of graph.services) {
    const own = given.get(name)
    const addressed = !isPlaceholder(url)
    if (own !== undefined && !(urlsWin && addressed)) endpoints.set(name, endpointOf(own))
    else if (addressed) endpoints.set(name, endpointOf({ name, url, roles: rolesOf(name) }))
    else throw new RangeError(`the supergraph names a service \`${name}\` that was not given and has no address`)
  }
  const federated = await startFederated(sdl, endpoints, log)
  return {
    graph,
    endpoints,
    federated,
    async close() {
      await federated.stop()
      for (const endpoint of endpoints.values()) await endpoint.close()
    },
  }
}
