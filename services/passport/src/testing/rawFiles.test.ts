/**
 * What a thief of the disk finds: the database's own files and its log are
 * searched for secrets that went through the passport.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { DataKeyring, type KeyProvider } from '@muster/keys'
import { dataKeyStore, inScope, openPool } from '@muster/db'
import { makeWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world?.stop())

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Names of the files that hold any of the texts or bytes. */
async function filesHolding(secrets: readonly Buffer[]): Promise<string[]> {
  await world.database.asSuperuser('CHECKPOINT')
  const [place] = await world.database.asSuperuser<{ data: string; oid: string }>(
    `SELECT current_setting('data_directory') AS data, oid::text FROM pg_database WHERE datname = current_database()`,
  )
  const folders = [join(place!.data, 'base', place!.oid), join(place!.data, 'pg_wal'), join(place!.data, '..', 'log')]
  return folders
    .flatMap((folder) => (statSync(folder, { throwIfNoEntry: false }) === undefined ? [] : filesBelow(folder)))
    .filter((file) => {
      const bytes = bytesOf(file)
      return secrets.some((secret) => bytes.includes(secret))
    })
}

/** The server is shared with other tests: it recycles write-ahead log between the listing and the reading. */
function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

test('reasons, sealed data, data keys and signing keys stand in no file of the database and in no log', async () => {
  const unwrapped: Buffer[] = []
  /** Notes every key in clear on its way to being wrapped. */
  const watched: KeyProvider = {
    id: world.keyProvider.id,
    wrapKey(tenant, key, context) {
      unwrapped.push(Buffer.from(key))
      return world.keyProvider.wrapKey(tenant, key, context)
    },
    unwrapKey: (tenant, wrapped, context) => world.keyProvider.unwrapKey(tenant, wrapped, context),
  }
  const passport = await world.restart({ keyProvider: watched })
  const canary = `canary-${newId()}`
  const control = `control-${newId()}`
  await passport.bootstrapTenant(world.admin())
  await passport.rotateKey(world.admin(), { purpose: 'issuer', emergency: true, reason: canary })
  await world.run(
    world.admin(),
    'mutation p($input: PinManifestInput!) { pinManifest(input: $input) { __typename } }',
    {
      input: { server: control, tools: [{ name: 'tool', mutates: false }] },
    },
  )
  const guard = openPool({ url: world.database.url('muster_guard'), role: 'muster_guard', max: 1 })
  const ring = new DataKeyring({ store: dataKeyStore(guard), provider: watched })
  const scope = { tenant: world.tenantId, class: 'decision', month: '2026-01', subject: newId() }
  await inScope(world.admin(), () => ring.seal(scope, Buffer.from(canary)))
  await passport.destroyDataKeys(world.admin(), { subject: scope.subject, reason: canary })
  await guard.end()

  // What is not secret is found: the search would have found the rest.
  expect(await filesHolding([Buffer.from(control)])).not.toEqual([])
  expect(unwrapped.length).toBeGreaterThanOrEqual(5)
  const hex = unwrapped.map((key) => Buffer.from(key.toString('hex')))
  const base64 = unwrapped.map((key) => Buffer.from(key.toString('base64').slice(0, 40)))
  expect(await filesHolding([Buffer.from(canary), ...unwrapped, ...hex, ...base64])).toEqual([])
})
