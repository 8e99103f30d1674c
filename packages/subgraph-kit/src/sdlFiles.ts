/**
 * A service's SDL: every `*.graphql` below its `src`, in order of path.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Reads and joins the SDL files below `src`. @param moduleUrl `import.meta.url` of `src/subgraph.ts`. */
export function sdlBeside(moduleUrl: string): string {
  const folder = fileURLToPath(new URL('.', moduleUrl))
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.graphql') && !path.includes('generated'))
    .toSorted()
    .map((path) => readFileSync(join(folder, path), 'utf8').trim())
    .join('\n\n')
}
