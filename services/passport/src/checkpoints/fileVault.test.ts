/** What is kept outside the database: whole, forward, and where nobody else reads it. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { signCheckpoint } from '@muster/ledger'
import { fileCheckpointVault } from './fileVault.ts'

const origin = `muster.log/${'ab'.repeat(16)}`
const folders: string[] = []
let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'muster-vault-')), 'checkpoints')
  folders.push(folder)
})
afterAll(() => folders.forEach((each) => rmSync(join(each, '..'), { recursive: true, force: true })))

const note = (size: number, root = '11'): Promise<string> =>
  signCheckpoint(
    { origin, size, rootHash: root.repeat(32) },
    { name: origin, keyId: 1, sign: () => new Uint8Array(64) },
  )

describe('the vault of files', () => {
  test('keeps the last note and gives it back, private to its owner', async () => {
    const vault = fileCheckpointVault(folder)
    expect(await vault.last(origin)).toBeNull()
    await vault.keep(origin, await note(1))
    await vault.keep(origin, await note(7))
    expect(await fileCheckpointVault(folder).last(origin)).toBe(await note(7))
    expect(readdirSync(folder)).toHaveLength(1)
    expect(statSync(folder).mode & 0o077).toBe(0)
    expect(statSync(join(folder, readdirSync(folder)[0]!)).mode & 0o077).toBe(0)
  })

  test('never goes backwards, and never to another root', async () => {
    const vault = fileCheckpointVault(folder)
    await vault.keep(origin, await note(7))
    await vault.keep(origin, await note(6))
    await vault.keep(origin, await note(7, '22'))
    expect(await vault.last(origin)).toBe(await note(7))
  })

  test('ends at the largest of many kept at once', async () => {
    const vault = fileCheckpointVault(folder)
    await Promise.all([3, 9, 1, 12, 5].map(async (size) => vault.keep(origin, await note(size))))
    expect(await vault.last(origin)).toBe(await note(12))
    expect(readdirSync(folder)).toHaveLength(1)
  })

  test('takes no name but a log’s and a tenant’s', async () => {
    const vault = fileCheckpointVault(folder)
    for (const name of ['../secrets', 'muster.log/../x', `${origin}/..`, '']) {
      await expect(vault.last(name)).rejects.toThrow(RangeError)
      await expect(async () => vault.keep(name, await note(1))).rejects.toThrow(RangeError)
      await expect(vault.buried(name)).rejects.toThrow(RangeError)
    }
  })

  test('remembers every buried key once, past a torn line', async () => {
    const tenant = newId()
    const ids = Array.from({ length: 5 }, () => newId())
    const vault = fileCheckpointVault(folder)
    await vault.bury(tenant, ids.slice(0, 2))
    writeFileSync(join(folder, 'tombstones', tenant), `${ids[2]!.slice(0, 17)}`, { flag: 'a' })
    await vault.bury(tenant, ids.slice(1))
    expect(await vault.buried(tenant)).toEqual(new Set(ids))
    expect(await vault.buried(newId())).toEqual(new Set())
  })

  test('says so when it cannot tell, instead of answering that nothing was kept', async () => {
    const vault = fileCheckpointVault(folder)
    await vault.keep(origin, await note(3))
    rmSync(join(folder, 'ab'.repeat(16)))
    writeFileSync(join(folder, 'not-a-folder'), '')
    await expect(fileCheckpointVault(join(folder, 'not-a-folder')).last(origin)).rejects.toMatchObject({
      code: 'ENOTDIR',
    })
    chmodSync(folder, 0o700)
  })
})
