/** What lies on the disk, byte by byte: for tests of what must not lie there. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Every file below a folder, links followed to where they lead. */
export function filesBelow(folder: string): string[] {
  const place = realpathSync(folder)
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    const path = join(place, entry.name)
    const kind = entry.isSymbolicLink() ? statSync(path) : entry
    return kind.isDirectory() ? filesBelow(path) : kind.isFile() ? [path] : []
  })
}

/** What is looked for: a name to report, and the bytes. */
export type Needles = ReadonlyMap<string, Buffer>

/** A server that runs drops files between the listing and the reading: what is gone holds nothing. */
function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

/** Names of the needles found in any of the files, with the file; each pair once. */
export function found(needles: Needles, files: readonly string[]): string[] {
  return files.flatMap((path) => {
    const bytes = bytesOf(path)
    return [...needles].filter(([, needle]) => bytes.includes(needle)).map(([name]) => `${name} in ${path}`)
  })
}

/** A secret in every spelling somebody might have written it down in. */
export function spellings(name: string, secret: Uint8Array): [string, Buffer][] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  return [
    [name, bytes],
    [`${name} in hex`, Buffer.from(hex)],
    [`${name} in HEX`, Buffer.from(hex.toUpperCase())],
    [`${name} in base64`, Buffer.from(bytes.toString('base64').replace(/=+$/, ''))],
    [`${name} in base64url`, Buffer.from(bytes.toString('base64url'))],
  ]
}
