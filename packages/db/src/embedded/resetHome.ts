/**
 * Beginning anew: what `npm start -- --reset` removes before it starts.
 *
 * INVARIANT (known names only): home may be a folder that holds other things
 * too; nothing is removed that was not named.
 */
import { existsSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './makeFolder.ts'
import { dataFolderIn } from './dataFolder.ts'
import { acquireInstanceLock } from './instanceLock.ts'
import { endOrphans } from './orphans.ts'
import { removePgFolder } from './placement.ts'

export interface ResetOptions {
  home: string
  /** Names beside the database's own to remove: keys, the demo's file. */
  entries?: readonly string[]
  stateRoot?: string
  onLog?: (line: string) => void
}

/** Removes what `startPostgres` keeps in `home`, and the `entries` beside it. Refused while an instance runs. */
export async function resetHome(options: ResetOptions): Promise<void> {
  makeFolder(options.home)
  const home = realpathSync(options.home)
  const lock = acquireInstanceLock(home)
  try {
    const pgFolder = join(home, 'pg')
    if (existsSync(pgFolder)) await endOrphans(dataFolderIn(realpathSync(pgFolder)).data, options.onLog ?? (() => {}))
    removePgFolder(home, options.stateRoot)
    for (const name of ['secrets', ...(options.entries ?? [])])
      rmSync(join(home, name), { recursive: true, force: true })
  } finally {
    lock.release()
  }
}
