/**
 * What an intruder finds who walks off with the disk: canaries are planted in
 * every sealed column, mistakes are provoked with them in hand, and then every
 * byte of the database's files, its write-ahead log and its logs is read.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { newId } from '@muster/kernel'
import { DataKeyring, LocalFileProvider, type KeyProvider } from '@muster/keys'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dataKeyStore } from '../dataKeyStore.ts'
import { cleanUp, newHome, start } from '../embedded/testHomes.ts'
import { loginRoles, migrate } from '../migrate.ts'
import { openPool, type RolePool } from '../pool.ts'
import { inScope } from '../requestScope.ts'
import { musterDatabaseOn } from '../testing/index.ts'
import { filesBelow, found, spellings, type Needles } from './rawFiles.ts'
import { makeWorld, type World } from './world.ts'

let home: string
let world: World
let pool: RolePool
let ring: DataKeyring
/** Data keys in clear, as the provider was given them. */
const dataKeys: Uint8Array[] = []

beforeAll(async () => {
  home = newHome()
  const server = await start({ home })
  const { url, password, superuserUrl, port } = server
  await migrate(superuserUrl, { password })
  world = await makeWorld(
    await musterDatabaseOn({ url, password, superuserUrl, port, name: 'muster', stop: () => server.stop() }),
  )
  const provider = await LocalFileProvider.open(join(home, 'secrets', 'root.key'))
  const overheard: KeyProvider = {
    id: provider.id,
    unwrapKey: (...args) => provider.unwrapKey(...args),
    wrapKey: (tenant, key, context) => {
      dataKeys.push(Uint8Array.from(key))
      return provider.wrapKey(tenant, key, context)
    },
  }
  pool = openPool({ url: url('muster_scoring'), role: 'muster_scoring' })
  ring = new DataKeyring({ store: dataKeyStore(pool), provider: overheard })
})
afterAll(async () => {
  await pool?.end()
  await world?.stop()
  await cleanUp()
})

const admin = (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  world.database.asSuperuser(sql, values)
const canaryFor = (where: string): Buffer => Buffer.from(`canary ${where} ${randomBytes(12).toString('hex')}`)

/** Seals under the scoring service's own pool, as services do. */
async function sealed(subject: string, plaintext: Buffer): Promise<Buffer> {
  const { tenantId } = world.a
  return inScope(world.database.scope(tenantId), () =>
    ring.seal({ tenant: tenantId, class: 'canary', month: '2026-11', subject }, plaintext),
  )
}

/** A canary in every sealed column there is, by column. */
async function plantEverywhere(): Promise<Map<string, Buffer>> {
  const planted = new Map<string, Buffer>()
  for (const table of world.tables) {
    for (const { name } of table.columns.filter(
      ({ name: column, type }) => /(^|_)sealed$/.test(column) && type === 'bytea',
    )) {
      const canary = canaryFor(`${table.name}.${name}`)
      const value = await sealed(newId(), canary)
      await admin(`ALTER TABLE ${table.name} DISABLE TRIGGER USER`)
      await admin(`UPDATE ${table.name} SET ${name} = $1`, [value])
      await admin(`ALTER TABLE ${table.name} ENABLE TRIGGER USER`)
      const [row] = await admin(`SELECT ${name} AS value FROM ${table.name} LIMIT 1`)
      const opened = await inScope(world.database.scope(world.a.tenantId), () =>
        ring.open(world.a.tenantId, row!['value'] as Buffer),
      )
      expect(opened).toEqual(canary) // it is really there
      planted.set(`the canary of ${table.name}.${name}`, canary)
    }
  }
  return planted
}

/** Everything a careless statement could make a server write down, each with a canary in hand; answers the hand-over it ran under. */
async function provokeMistakes(canary: string): Promise<string> {
  const client = new pg.Client({ connectionString: world.database.url('muster_scoring'), statement_timeout: 100 })
  await client.connect()
  const token = world.handover('muster_scoring', world.a)
  const mistakes: [string, unknown[]][] = [
    ['SELECT $1::text::uuid', [canary]],
    ['SELECT $1::text::jsonb', [`{"${canary}`]],
    [`SELECT '${canary}' FROM nowhere`, []],
    [`SELEKT '${canary}'`, []],
    ['SELECT pg_sleep(1), $1::text', [canary]],
    [`SELECT pg_sleep(1), '${canary}'`, []],
    [
      'INSERT INTO scoring.event (tenant_id, agent_id, event_id, id, source_type) VALUES (muster.tenant(), $1, $2, $1, $2)',
      [newId(), canary],
    ],
    [`DO $$ BEGIN RAISE WARNING '${canary}'; END $$`, []],
    [`DO $$ BEGIN RAISE EXCEPTION '${canary}'; END $$`, []],
  ]
  for (const [sql, values] of mistakes) {
    await client.query("SELECT set_config('request.jwt.claims', $1, false)", [token])
    await client.query(sql, values).catch(() => undefined)
  }
  await client.end()
  return token
}

test('acceptance 5: sensitive values and keys lie nowhere in the open, in data files, write-ahead log or logs', async () => {
  const planted = await plantEverywhere()
  expect(planted.size).toBeGreaterThanOrEqual(5)
  const careless = canaryFor('mistakes')
  const handover = await provokeMistakes(careless.toString())

  // What must be found, or nothing was looked at.
  const marker = `marker-${randomBytes(12).toString('hex')}`
  await admin('UPDATE identity.agent SET display_name = $1', [marker])
  await admin(`DO $$ BEGIN RAISE LOG '${marker}'; END $$`)
  await admin('ANALYZE')
  await admin('VACUUM')
  await admin('CHECKPOINT')
  await admin('SELECT pg_switch_wal()')

  const files = filesBelow(join(home, 'pg'))
  const inLogs = files.filter((path) => path.endsWith('.log'))
  const inWal = files.filter((path) => path.includes('/pg_wal/'))
  const inData = files.filter((path) => path.includes('/data/base/'))
  const control: Needles = new Map([['marker', Buffer.from(marker)]])
  for (const place of [inLogs, inWal, inData]) expect(found(control, place)).not.toEqual([])

  const root = JSON.parse(readFileSync(join(home, 'secrets', 'root.key'), 'utf8')) as { keys: { key: string }[] }
  const needles: Needles = new Map([
    ...planted,
    ['the careless canary', careless],
    ...[...planted].flatMap(([name, canary]) => spellings(name, canary)),
    ...dataKeys.flatMap((key, index) => spellings(`data key ${index}`, key)),
    ...root.keys.flatMap(({ key }) => spellings('root key', Buffer.from(key, 'base64url'))),
    ...spellings('the hand-over key', world.database.handoverKey),
    ...loginRoles.map((role): [string, Buffer] => [`password of ${role}`, Buffer.from(world.database.password(role))]),
    ['a hand-over', Buffer.from(handover.slice(0, 64))],
  ])
  expect(dataKeys.length).toBeGreaterThanOrEqual(planted.size)
  expect(found(needles, files)).toEqual([])
})
