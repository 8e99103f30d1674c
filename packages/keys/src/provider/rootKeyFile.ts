/**
 * The root key file of an installation: one JSON file, mode 0600.
 *
 * `{"format":"muster-root-key/v1","salt":base64url,"keys":[{"id":8 hex,"key":base64url}]}`
 * with 32-byte salt and keys; the last key wraps, every key unwraps.
 *
 * INVARIANT (never half a key): the file appears complete, durable and private
 * or not at all; an existing one is never overwritten by a creation.
 */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { KeyError } from '../keyError.ts'

export const rootKeyFormat = 'muster-root-key/v1'
const keyBytes = 32
const fileBytesMax = 65_536
const groupOrOthers = 0o077

export interface RootKey {
  /** Four random bytes as hex: which root a wrapped key came from. */
  id: string
  key: Buffer
}

export interface RootKeys {
  salt: Buffer
  /** Oldest first; the last one wraps. */
  keys: readonly RootKey[]
}

/** Loads the file, creating it when there is none. Two processes starting at once get the same keys. */
export async function loadOrCreateRootKeys(path: string): Promise<RootKeys> {
  const existing = await loadRootKeys(path)
  if (existing !== null) return existing
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = await writeTemporary(path, { salt: randomBytes(keyBytes), keys: [newRootKey()] })
  try {
    // A hard link is created only where nothing is: whoever comes second loads what the first one made.
    await link(temporary, path)
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error
  } finally {
    await rm(temporary, { force: true })
  }
  await syncFolder(dirname(path))
  const created = await loadRootKeys(path)
  if (created === null) throw new KeyError('KEY_FILE_INVALID', `root key file \`${path}\` vanished while it was made`)
  return created
}

/** Adds a root key that wraps from now on (emergency rotation); the earlier ones still unwrap. */
export async function addRootKey(path: string): Promise<RootKeys> {
  const before = await loadRootKeys(path)
  if (before === null) throw new KeyError('KEY_FILE_INVALID', `there is no root key file \`${path}\``)
  const after: RootKeys = { salt: before.salt, keys: [...before.keys, newRootKey()] }
  const temporary = await writeTemporary(path, after)
  try {
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
  return after
}

/** Reads the file; `null` when there is none. Throws `KEY_FILE_UNSAFE` or `KEY_FILE_INVALID`. */
export async function loadRootKeys(path: string): Promise<RootKeys | null> {
  let file: FileHandle
  try {
    file = await open(path, constants.O_RDONLY)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  }
  try {
    await refuseUnsafe(file, path)
    return parse(await file.readFile('utf8'), path)
  } finally {
    await file.close()
  }
}

/** Checked on the open handle, so that the file that was checked is the one that is read. */
async function refuseUnsafe(file: FileHandle, path: string): Promise<void> {
  const stat = await file.stat()
  const refuse = (why: string): never => {
    throw new KeyError('KEY_FILE_UNSAFE', `root key file \`${path}\` ${why}`)
  }
  if (!stat.isFile()) refuse('is not a regular file')
  if (stat.size > fileBytesMax) refuse('is too large to be one')
  const self = process.getuid?.()
  if (self === undefined) return // no such modes on this system
  if ((stat.mode & groupOrOthers) !== 0) refuse('is accessible to group or others; its mode must be 0600')
  if (stat.uid !== self && stat.uid !== 0) refuse('belongs to another user')
}

function parse(text: string, path: string): RootKeys {
  const invalid = (why: string): never => {
    throw new KeyError('KEY_FILE_INVALID', `root key file \`${path}\` ${why}`)
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    // The parser's own message would quote the file.
    return invalid('is not JSON')
  }
  if (!isRecord(content) || content['format'] !== rootKeyFormat) return invalid(`is not of format ${rootKeyFormat}`)
  const salt = bytes32(content['salt']) ?? invalid('has no 32-byte salt')
  const list: unknown = content['keys']
  if (!Array.isArray(list) || list.length === 0) return invalid('holds no key')
  const keys = list.map((item: unknown): RootKey => {
    const id = isRecord(item) ? item['id'] : undefined
    const key = isRecord(item) ? bytes32(item['key']) : undefined
    if (typeof id !== 'string' || !/^[0-9a-f]{8}$/.test(id) || key === undefined) return invalid('holds a broken key')
    return { id, key }
  })
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) invalid('holds two keys of one id')
  return { salt, keys }
}

async function writeTemporary(path: string, content: RootKeys): Promise<string> {
  const temporary = join(dirname(path), `.root-key-${randomBytes(8).toString('hex')}`)
  const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    const text = {
      format: rootKeyFormat,
      salt: content.salt.toString('base64url'),
      keys: content.keys.map(({ id, key }) => ({ id, key: key.toString('base64url') })),
    }
    await file.writeFile(`${JSON.stringify(text)}\n`, 'utf8')
    await file.chmod(0o600) // whatever the umask was
    await file.sync()
  } finally {
    await file.close()
  }
  return temporary
}

/** Makes the new name durable: a file's own fsync does not cover its folder entry. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function newRootKey(): RootKey {
  return { id: randomBytes(4).toString('hex'), key: randomBytes(keyBytes) }
}

function bytes32(text: unknown): Buffer | undefined {
  if (typeof text !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64url')
  return bytes.length === keyBytes ? bytes : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
