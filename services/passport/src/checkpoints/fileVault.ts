/**
 * The vault as files: `<folder>/<hex of the origin>` holds a log's last signed
 * note, `<folder>/tombstones/<tenant>` one id of a destroyed data key a line.
 *
 * A note is replaced by writing a new file, forcing it to disk and renaming it,
 * so that at every instant one whole note is there. Ids are appended; a line
 * torn by a crash is no id and is ignored, and added again at the next start.
 * Calls of one process for one file stand in line.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isUuid } from '@muster/kernel'
import { readCheckpoint } from '@muster/ledger'
import type { OutsideVault } from './vault.ts'

const originPattern = /^muster\.log\/([0-9a-f]{32})$/

/** Opens the vault in `folder`, which is made on first use, readable for its owner only. */
export function fileCheckpointVault(folder: string): OutsideVault {
  const lines = new Map<string, Promise<unknown>>()

  /** Runs `work` after whatever was asked before for the same path. */
  function inLine<T>(path: string, work: () => Promise<T>): Promise<T> {
    const before = lines.get(path) ?? Promise.resolve()
    const run = before.then(work, work)
    const settled = run.catch(() => {}).finally(() => lines.get(path) === settled && lines.delete(path))
    lines.set(path, settled)
    return run
  }

  return {
    async last(origin) {
      return readIfThere(noteFile(folder, origin))
    },
    keep(origin, note) {
      const path = noteFile(folder, origin)
      return inLine(path, async () => {
        const kept = await readIfThere(path)
        if (kept !== null && !isForward(kept, note)) return
        await replace(folder, path, note)
      })
    },
    async buried(tenant) {
      const text = await readIfThere(tombstoneFile(folder, tenant))
      return new Set((text ?? '').split('\n').filter(isUuid))
    },
    bury(tenant, keyIds) {
      const path = tombstoneFile(folder, tenant)
      return inLine(path, async () => {
        const known = new Set(((await readIfThere(path)) ?? '').split('\n'))
        const news = keyIds.filter((id) => !known.has(id))
        if (news.length > 0) await append(join(folder, 'tombstones'), path, `\n${news.join('\n')}\n`)
      })
    },
  }
}

/** Origins are random hex behind one prefix; anything else would be a path of somebody's choosing. */
function noteFile(folder: string, origin: string): string {
  const hex = originPattern.exec(origin)?.[1]
  if (hex === undefined) throw new RangeError(`not a log origin: \`${origin}\``)
  return join(folder, hex)
}

function tombstoneFile(folder: string, tenant: string): string {
  if (!isUuid(tenant)) throw new RangeError('a tenant is named by its id')
  return join(folder, 'tombstones', tenant)
}

/** True when `next` covers more than `kept`, or is the same tree signed anew. A kept note that is torn gives way. */
function isForward(kept: string, next: string): boolean {
  const after = readCheckpoint(next)
  const before = sizeAndRoot(kept)
  return (
    before === null || after.size > before.size || (after.size === before.size && after.rootHash === before.rootHash)
  )
}

function sizeAndRoot(note: string): { size: number; rootHash: string } | null {
  try {
    return readCheckpoint(note)
  } catch {
    return null // judged where it is used: a note that does not open vouches for nothing
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function replace(folder: string, path: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const fresh = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeThrough(fresh, 'wx', text)
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
  await forceFolder(folder)
}

async function append(folder: string, path: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeThrough(path, 'a', text)
  await forceFolder(folder)
}

async function writeThrough(path: string, flags: 'wx' | 'a', text: string): Promise<void> {
  const file = await open(path, flags, 0o600)
  try {
    await file.writeFile(text, 'utf8')
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A rename or a new file is on disk only once its folder is. */
async function forceFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
