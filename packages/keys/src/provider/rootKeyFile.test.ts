/** The root key file is private, whole, durable, and never overwritten. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addRootKey, loadOrCreateRootKeys, loadRootKeys, rootKeyFormat } from './rootKeyFile.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-keys-'))
  path = join(folder, 'sub', 'root.key')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the root key file', () => {
  it('is made once, with mode 0600, leaving nothing else behind', async () => {
    const made = await loadOrCreateRootKeys(path)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(folder, 'sub'))).toEqual(['root.key'])
    expect(await loadOrCreateRootKeys(path)).toEqual(made)
  })

  it('is the same for all who start at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateRootKeys(path)))
    expect(new Set(all.map(({ keys }) => keys[0]!.key.toString('hex'))).size).toBe(1)
    expect(await readdir(join(folder, 'sub'))).toEqual(['root.key'])
  })

  for (const mode of [0o640, 0o604, 0o660, 0o622, 0o601]) {
    it(`is refused with mode 0${mode.toString(8)}`, async () => {
      await loadOrCreateRootKeys(path)
      await chmod(path, mode)
      await expect(loadRootKeys(path)).rejects.toMatchObject({ code: 'KEY_FILE_UNSAFE' })
      await expect(loadOrCreateRootKeys(path)).rejects.toMatchObject({ code: 'KEY_FILE_UNSAFE' })
    })
  }

  it('is refused through a link to an open file', async () => {
    await loadOrCreateRootKeys(path)
    await chmod(path, 0o644)
    const link = join(folder, 'link.key')
    await symlink(path, link)
    await expect(loadRootKeys(link)).rejects.toMatchObject({ code: 'KEY_FILE_UNSAFE' })
  })

  it('is refused when it is a folder', async () => {
    await mkdir(path, { recursive: true })
    await expect(loadRootKeys(path)).rejects.toMatchObject({ code: 'KEY_FILE_UNSAFE' })
  })

  const salt = Buffer.alloc(32, 1).toString('base64url')
  for (const [what, text] of [
    ['empty', ''],
    ['torn', '{"format":"muster-root'],
    [
      'of another format',
      JSON.stringify({ format: 'muster-root-key/v9', salt, keys: [{ id: '00000000', key: salt }] }),
    ],
    ['without keys', JSON.stringify({ format: rootKeyFormat, salt, keys: [] })],
    ['with a short key', JSON.stringify({ format: rootKeyFormat, salt, keys: [{ id: '00000000', key: 'AAAA' }] })],
    [
      'with two keys of one id',
      JSON.stringify({
        format: rootKeyFormat,
        salt,
        keys: [
          { id: '00000000', key: salt },
          { id: '00000000', key: salt },
        ],
      }),
    ],
  ] as const) {
    it(`is refused when ${what}, never replaced, and never quoted`, async () => {
      await mkdir(join(folder, 'sub'))
      await writeFile(path, text, { mode: 0o600 })
      const refusal = loadOrCreateRootKeys(path)
      await expect(refusal).rejects.toMatchObject({ code: 'KEY_FILE_INVALID' })
      await expect(refusal).rejects.not.toThrow(salt)
      expect(await readFile(path, 'utf8')).toBe(text)
    })
  }

  it('keeps earlier keys when one is added', async () => {
    const before = await loadOrCreateRootKeys(path)
    const after = await addRootKey(path)
    expect(after.keys.slice(0, -1)).toEqual(before.keys)
    expect(await loadRootKeys(path)).toEqual(after)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('is not made by adding to it', async () => {
    await expect(addRootKey(path)).rejects.toMatchObject({ code: 'KEY_FILE_INVALID' })
  })
})
