/**
 * The files that decide a subgraph's SDL. Apart from what reads them, so that
 * asking whether something is stale loads nothing of the product.
 */
import { join } from 'node:path'
import { filesBelow, projectRoot } from '../project.ts'

/** The `.graphql` files of a service's capabilities, absolute, in the order of their paths. */
export function sdlFiles(service: string): string[] {
  return filesBelow(join(projectRoot, 'services', service, 'src'), '.graphql')
}

/** Where the types and the link stand that every subgraph shares. */
export const sharedSdlFiles: readonly string[] = ['scalars.ts', 'subgraph.ts'].map((name) =>
  join(projectRoot, 'packages', 'subgraph-kit', 'src', name),
)
