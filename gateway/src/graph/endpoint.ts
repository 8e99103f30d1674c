/**
 * A subgraph as the gateway reaches it: in this process, or over HTTP.
 *
 * Both take the same request and give the same answer, hand-over included, so
 * nothing above this file knows which form it runs in.
 */
import type { Handovers, LoginRole } from '@muster/db'
import { handoverHeader, type Subgraph, type SubgraphResponse } from '@muster/subgraph-kit'
import { request as httpRequest } from 'undici'
import { peerAgent, type PeerTls } from '../remote/peer.ts'

export interface SubgraphCall {
  query: string
  variables?: Record<string, unknown> | null | undefined
  operationName?: string | null | undefined
  handovers: Handovers
}

export interface Endpoint {
  readonly name: string
  /** The login roles the service connects as: each needs a hand-over of its own. */
  readonly roles: readonly LoginRole[]
  /** Never rejects: what went wrong is in `errors`. */
  execute(call: SubgraphCall): Promise<SubgraphResponse>
  /** Rejects while the subgraph cannot serve. */
  ready(): Promise<void>
  close(): Promise<void>
}

/** A subgraph of another process. */
export interface RemoteSubgraph {
  readonly name: string
  /** Address of its GraphQL endpoint. */
  readonly url: string
  readonly roles: readonly LoginRole[]
  /** Absent on a loopback alone. */
  readonly tls?: PeerTls
}

/** @returns the endpoint of a subgraph given as an object or as an address. */
export function endpointOf(subgraph: Subgraph | RemoteSubgraph): Endpoint {
  return 'execute' in subgraph ? inProcess(subgraph) : overHttp(subgraph)
}

function inProcess(subgraph: Subgraph): Endpoint {
  return {
    name: subgraph.name,
    roles: subgraph.roles,
    execute: (call) => subgraph.execute(call),
    ready: () => subgraph.ready(),
    close: async () => {}, // whoever started the subgraph stops it
  }
}

function unavailable(): SubgraphResponse {
  const message = 'a service is not answering; nothing was recorded'
  return { data: null, errors: [{ message, extensions: { code: 'UNAVAILABLE' } }] }
}

function overHttp(remote: RemoteSubgraph): Endpoint {
  const dispatcher = peerAgent(remote.tls)
  return {
    name: remote.name,
    roles: remote.roles,
    async execute({ query, variables, operationName, handovers }) {
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        [handoverHeader]: JSON.stringify(handovers),
      }
      try {
        const answer = await httpRequest(remote.url, {
          method: 'POST',
          dispatcher,
          headers,
          body: JSON.stringify({ query, variables: variables ?? {}, operationName: operationName ?? null }),
        })
        const body = (await answer.body.json()) as SubgraphResponse
        return answer.statusCode === 200 || Array.isArray(body.errors) ? body : unavailable()
      } catch {
        return unavailable()
      }
    },
    async ready() {
      const answer = await httpRequest(new URL('/readyz', remote.url), { dispatcher })
      await answer.body.dump()
      if (answer.statusCode !== 200) throw new Error(`\`${remote.name}\` is not ready`)
    },
    close: () => dispatcher.close(),
  }
}
