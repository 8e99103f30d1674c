/**
 * The files the house rules look at, read once per run: what is written by
 * hand, apart from what is generated, locked or data.
 */
import { readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { projectFiles, projectRoot } from '../project.ts'

export interface SourceFile {
  /** Path from the root. */
  readonly path: string
  readonly extension: string
  readonly text: string
}

/** Written by a generator and reviewed as diffs, or measured by others: no rule of style applies. */
const notByHand =
  /^(package-lock\.json|gateway\/supergraph\.graphql|services\/\w+\/schema\.graphql)$|\/(vectors|cases|fixtures)\//

const codeEndings = new Set(['.ts', '.tsx', '.mjs', '.sql', '.graphql', '.prisma', '.css'])
const textEndings = new Set([...codeEndings, '.json', '.md', '.yaml', '.yml', '.html', '.sh', '.conf', '.cedar', ''])

/** All text that belongs to the project. */
export const texts: readonly SourceFile[] = projectFiles()
  .filter((path) => textEndings.has(extname(path)))
  .map((path) => ({ path, extension: extname(path), text: readFileSync(join(projectRoot, path), 'utf8') }))

/** The code among it that people write. */
export const sources: readonly SourceFile[] = texts.filter(
  ({ path, extension }) => codeEndings.has(extension) && !notByHand.test(path),
)

/** TypeScript and JavaScript. */
export const scripts: readonly SourceFile[] = sources.filter(({ extension }) => /^\.(tsx?|mjs)$/.test(extension))

/** Files that break a rule, by path: what a test compares with nothing. */
export function breaking(files: readonly SourceFile[], isBroken: (file: SourceFile) => boolean): string[] {
  return files.filter(isBroken).map(({ path }) => path)
}

/** The folders of a path, from the root. */
export const foldersOf = (path: string): string[] =>
  dirname(path)
    .split('/')
    .filter((name) => name !== '.')

/** A file's name without its endings: `openCampaign` for `openCampaign.test.ts`. */
export const stemOf = (path: string): string => basename(path).split('.')[0] ?? ''
