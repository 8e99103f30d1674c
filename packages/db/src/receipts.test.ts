/** The ledger as services meet it: what they may say, what the database says for them, and what nobody may do. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalize } from '@muster/canonical-json'
import { newId } from '@muster/kernel'
import { appendReceipts } from './receipts.ts'
import { openPool, withRequest, type RolePool } from './pool.ts'
import { inScope, type RequestScope } from './requestScope.ts'
import { startMusterDatabase, type MusterDatabase } from './testing/index.ts'

let database: MusterDatabase
let guard: RolePool
let tenantId: string

beforeAll(async () => {
  database = await startMusterDatabase()
  tenantId = (await database.openTenant('alpha')).tenantId
  guard = openPool({ url: database.url('muster_guard'), role: 'muster_guard' })
})
afterAll(async () => {
  await guard?.end()
  await database?.stop()
})

const append = (
  scope: RequestScope,
  type = 'session.started',
  data: Record<string, unknown> = { b: 2, a: 'ä"\u0001' },
) =>
  inScope(scope, () =>
    withRequest(guard, (tx) => appendReceipts(tx.query, [{ type, subject: { type: 'session', id: newId() }, data }])),
  )

describe('ledger.append', () => {
  test('composes a body that is its own canonical form, with the actor of the claims', async () => {
    const scope = database.scope(tenantId)
    const [recorded] = await append(scope)
    const [row] = await database.asSuperuser<{ body: Buffer; leaf: Buffer }>(
      'SELECT r.body, e.leaf FROM ledger.receipt r JOIN ledger.entry e USING (tenant_id, seq) WHERE r.id = $1',
      [recorded!.id],
    )
    const text = row!.body.toString('utf8')
    const body = JSON.parse(text) as Record<string, unknown>
    expect(canonicalize(body as never)).toBe(text)
    expect(body).toMatchObject({
      actor: { id: scope.claims.sub, credential: scope.claims.cred, kind: 'person', agent: null },
      request: scope.requestId,
      service: 'guard',
      tenant: tenantId,
      data: { a: 'ä"\u0001', b: 2 },
    })
  })

  test('numbers receipts without a gap', async () => {
    const scope = database.scope(tenantId)
    const first = await append(scope)
    const second = await append(scope)
    expect(BigInt(second[0]!.seq) - BigInt(first[0]!.seq)).toBe(1n)
  })

  test('refuses a receipt type that belongs to another service', async () => {
    await expect(append(database.scope(tenantId), 'agent.frozen')).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  test('refuses forged claims, and writes nothing', async () => {
    const scope = database.scope(tenantId)
    const forged = {
      ...scope,
      handovers: { muster_guard: scope.handovers['muster_guard']!.replace('"all":true', '"all":tru ') },
    }
    await expect(append(forged)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  test('a data fragment cannot smuggle in another actor', async () => {
    const scope = database.scope(tenantId)
    await expect(
      inScope(scope, () =>
        withRequest(guard, (tx) =>
          tx.query(
            `SELECT ledger.append($1::uuid[], ARRAY['session.started'], ARRAY['session'], ARRAY['x'], ARRAY[NULL]::uuid[], ARRAY[NULL]::text[], $2::text[], $3::text[], ARRAY[NULL]::bytea[])`,
            [[newId()], ['0'.repeat(32)], ['{"a":1},"actor":{"id":"someone else"}']],
          ),
        ),
      ),
    ).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  test.each([
    'UPDATE ledger.receipt SET type = type',
    'DELETE FROM ledger.entry',
    'TRUNCATE ledger.receipt',
    'UPDATE ledger.head SET seq = 0, link = link',
    'DELETE FROM ledger.head',
  ])('refuses `%s`, whoever asks', async (sql) => {
    await append(database.scope(tenantId))
    await expect(database.asSuperuser(sql)).rejects.toMatchObject({ code: 'MU002' })
  })
})
