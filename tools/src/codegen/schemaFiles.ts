/**
 * The generated files that are committed, because their diff is a review:
 * every service's `schema.graphql` and the gateway's `supergraph.graphql`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot, serviceNames } from '../project.ts'
import { composeSupergraph, subgraphs } from '../composeSupergraph.ts'
import { serviceSdl } from './serviceSdl.ts'

export interface GeneratedFile {
  /** Path from the root. */
  readonly path: string
  readonly content: string
}

/** `services/<service>/schema.graphql` of every service that has a schema, as it should be. */
export function schemaFiles(): GeneratedFile[] {
  return serviceNames().flatMap((service) => {
    const content = serviceSdl(service)
    return content === undefined ? [] : [{ path: `services/${service}/schema.graphql`, content }]
  })
}

/** `gateway/supergraph.graphql` as it should be; undefined while no service has a schema. */
export function supergraphFile(): GeneratedFile | undefined {
  const parts = subgraphs()
  return parts.length === 0 ? undefined : { path: 'gateway/supergraph.graphql', content: composeSupergraph(parts) }
}

/** True when the committed file says something else, or is missing. */
export function isStale(file: GeneratedFile): boolean {
  const path = join(projectRoot, file.path)
  return !existsSync(path) || readFileSync(path, 'utf8') !== file.content
}

/** Writes `file` if it is stale; returns whether it did. */
export function writeIfStale(file: GeneratedFile): boolean {
  if (!isStale(file)) return false
  writeFileSync(join(projectRoot, file.path), file.content)
  return true
}
