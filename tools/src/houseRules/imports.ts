/**
 * What each file imports, read from its text. Strings inside strings are rare
 * enough that a pattern over import and export clauses tells the truth.
 */
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { type SourceFile, scripts } from './sourceFiles.ts'

export interface Import {
  readonly file: SourceFile
  /** As written. */
  readonly specifier: string
  /** True for `import type` and `export type … from`. */
  readonly isType: boolean
}

const clause =
  /^[ \t]*(import|export)\s+(type\s+)?(?:[\w*\s{},$]+?\s+from\s+)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/gm

/** Every import of every script. */
export const imports: readonly Import[] = scripts.flatMap((file) =>
  [...file.text.matchAll(clause)].map((match) => ({
    file,
    specifier: match[3] ?? match[4] ?? '',
    isType: match[2] !== undefined,
  })),
)

/**
 * The workspace a path belongs to: `packages/ledger`, `gateway`; empty for the root's own files.
 * The demo's seed belongs to the program that plants it.
 */
export function workspaceOf(path: string): string {
  if (path.startsWith('prisma/seed/')) return 'packages/cli'
  return /^((packages|services)\/[^/]+|gateway|web|e2e|bench|tools)\//.exec(path)?.[1] ?? ''
}

/** The package a bare specifier names, `@scope/name` or `name`; undefined for relative, built-in and virtual ones. */
export function packageOf(specifier: string): string | undefined {
  if (/^[./#]/.test(specifier) || specifier.startsWith('node:') || specifier.startsWith('virtual:')) return undefined
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  return builtinModules.includes(name) ? undefined : name
}

/** Where a relative specifier leads, from the root. */
export const targetOf = ({ file, specifier }: Import): string => join(dirname(file.path), specifier)

/** `path → specifier`, as a test shows a broken rule. */
export const shown = ({ file, specifier }: Import): string => `${file.path} → ${specifier}`
