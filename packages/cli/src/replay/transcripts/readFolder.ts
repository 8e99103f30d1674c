/**
 * Every transcript below a folder, at any depth, in the order of their paths.
 *
 * Only regular files that end in `.json` or `.jsonl` are read. A link is not
 * followed: it may lead out of the folder, or round in a circle.
 */
import { opendir, readFile as readBytes, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CannotAsk } from '../../command.ts'
import { fileBytesMax, filesMax, folderDepthMax } from './limits.ts'
import { readFile, type FileReading, type SkippedFile } from './readFile.ts'

const endings = /\.jsonl?$/i

/** @throws CannotAsk when `folder` cannot be read as a folder. */
export async function readFolder(folder: string): Promise<FileReading> {
  const skipped: SkippedFile[] = []
  const paths: string[] = []
  await requireFolder(folder)
  await walk(folder, '', 0, paths, skipped)
  const readings: FileReading[] = [{ transcripts: [], skipped }]
  for (const path of paths.toSorted()) readings.push(await readOne(folder, path))
  return {
    transcripts: readings.flatMap(({ transcripts }) => transcripts),
    skipped: readings.flatMap((reading) => reading.skipped).toSorted((a, b) => (a.place < b.place ? -1 : 1)),
  }
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null)
  if (found === null) throw new CannotAsk(`there is no folder \`${folder}\``)
  if (!found.isDirectory()) throw new CannotAsk(`\`${folder}\` is not a folder`)
}

async function walk(
  folder: string,
  below: string,
  depth: number,
  paths: string[],
  skipped: SkippedFile[],
): Promise<void> {
  if (depth > folderDepthMax) {
    skipped.push({ place: below, reason: `it lies deeper than ${folderDepthMax} folders` })
    return
  }
  try {
    for await (const entry of await opendir(join(folder, below))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) await walk(folder, path, depth + 1, paths, skipped)
      else if (!endings.test(entry.name)) continue
      else if (!entry.isFile()) skipped.push({ place: path, reason: 'it is a link or no regular file' })
      else if (paths.push(path) > filesMax) throw new CannotAsk(`more than ${filesMax} files lie below \`${folder}\``)
    }
  } catch (error) {
    if (error instanceof CannotAsk) throw error
    if (below === '') throw new CannotAsk(`\`${folder}\` cannot be read: ${codeOf(error)}`, { cause: error })
    skipped.push({ place: below, reason: `the folder cannot be read: ${codeOf(error)}` })
  }
}

async function readOne(folder: string, path: string): Promise<FileReading> {
  const full = join(folder, path)
  try {
    const { size } = await stat(full)
    if (size > fileBytesMax) return { transcripts: [], skipped: [{ place: path, reason: tooLarge }] }
    return readFile(path, await readBytes(full))
  } catch (error) {
    return { transcripts: [], skipped: [{ place: path, reason: `it cannot be read: ${codeOf(error)}` }] }
  }
}

const tooLarge = `it is larger than ${fileBytesMax} bytes`

/** `EACCES` and its like; rethrows what did not come from the file system. */
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  throw error
}
