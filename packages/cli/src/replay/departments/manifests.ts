/**
 * Manifests of the tools that were called: pinned where nothing is pinned yet.
 *
 * INVARIANT (never loosened here): a tool that is pinned under another server
 * keeps its manifest, whatever a name or a file says; only what a replay pinned
 * itself does a replay pin anew.
 */
import { listOf, memberOf, objectOf, textOf } from '../client/answers.ts'
import type { Api } from '../client/api.ts'
import { manifestsQuery, pinManifestMutation } from '../client/operations.ts'
import type { KnownTool } from '../tools/toolBook.ts'

/** The server recorded tools are pinned under: nobody offers them, they were seen. */
export const recordedServer = 'recorded-runs'
/** Keeps a request far below the door's mebibyte, whatever the schemas. */
const batchSize = 50

export interface Pinned {
  /** Tools pinned under `recordedServer` that were not before. */
  readonly made: number
  /** Tools whose own server's manifest counts. */
  readonly kept: number
}

/** @throws RefusedByServer, RequestFailed or ServerGone. */
export async function ensureManifests(api: Api, tools: readonly KnownTool[]): Promise<Pinned> {
  const servers = await currentServers(api)
  const mine = tools.filter(({ name }) => (servers.get(name) ?? recordedServer) === recordedServer)
  for (let at = 0; at < mine.length; at += batchSize) {
    const batch = mine.slice(at, at + batchSize).map(({ name, description, inputSchema, mutates }) => ({
      name,
      description,
      inputSchema,
      mutates,
    }))
    // The same bytes are the same version: pinning again what did not change changes nothing.
    const { data } = await api.ask(pinManifestMutation, { input: { server: recordedServer, tools: batch } })
    memberOf(data, 'pinManifest', 'ManifestPinned')
  }
  return { made: mine.filter(({ name }) => !servers.has(name)).length, kept: tools.length - mine.length }
}

/** Tool → the server whose manifest of it counts now. */
async function currentServers(api: Api): Promise<Map<string, string>> {
  const servers = new Map<string, string>()
  let after: string | null = null
  do {
    const page = objectOf((await api.ask(manifestsQuery, { after })).data['manifests'], '`manifests`')
    for (const manifest of listOf(page['nodes'], '`nodes`')) {
      if (manifest['state'] !== 'SUPERSEDED') servers.set(textOf(manifest, 'tool'), textOf(manifest, 'server'))
    }
    const pageInfo = objectOf(page['pageInfo'], '`pageInfo`')
    after = pageInfo['hasNextPage'] === true ? textOf(pageInfo, 'endCursor') : null
  } while (after !== null)
  return servers
}
