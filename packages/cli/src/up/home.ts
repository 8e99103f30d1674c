/**
 * `MUSTER_HOME`: everything the embedded form keeps, in one folder.
 *
 *   pg/ secrets/ instance.lock   the database's (packages/db/src/embedded)
 *   keys/root.key                wraps every data key and signing key
 *   checkpoints/                 the last signed tree head of each ledger, outside the database
 *   log/muster.log               structured logs
 *   demo.json                    how to sign in to the demo company, mode 0600
 *   seeding                      there while the demo is being made; a start that finds it begins the demo anew
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

export interface Home {
  readonly folder: string
  readonly rootKey: string
  readonly keys: string
  readonly secrets: string
  readonly checkpoints: string
  readonly log: string
  readonly demo: string
  readonly seeding: string
}

/** Paths below a home; nothing is made. */
export function homeAt(folder: string): Home {
  const home = resolve(folder)
  return {
    folder: home,
    keys: join(home, 'keys'),
    rootKey: join(home, 'keys', 'root.key'),
    secrets: join(home, 'secrets'),
    checkpoints: join(home, 'checkpoints'),
    log: join(home, 'log', 'muster.log'),
    demo: join(home, 'demo.json'),
    seeding: join(home, 'seeding'),
  }
}

/** Makes the folders nobody else may enter. Called after the database has made the home itself. */
export function makeFolders(home: Home): void {
  for (const folder of [home.keys, home.checkpoints, join(home.folder, 'log')])
    mkdirSync(folder, { recursive: true, mode: 0o700 })
}

/** What a reset removes beside the database's own. */
export const ownEntries = ['keys', 'checkpoints', 'log', 'demo.json', 'demo.json.draft', 'seeding'] as const
