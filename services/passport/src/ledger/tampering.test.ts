/**
 * Whoever owns the machine can change its rows. Verification then names the
 * first entry that is not sound; and nobody else can change anything.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPool, inScope, withRequest } from '@muster/db'
import { verifyLedger as verifyFile, parseExportLine, type LedgerEntry } from '@muster/ledger'
import { makeWorld, type World } from '../testing/world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
  await world.passport.bootstrapTenant(world.admin())
  await world.write(200, world.agents[0])
  await world.passport.createCheckpoint(world.admin())
  await world.write(100, world.agents[0])
  await world.passport.createCheckpoint(world.admin())
  await world.write(7, world.agents[0])
})
afterAll(() => world?.stop())

const verification = '{ verifyLedger { intact checked firstBrokenSeq reason headSeq } }'
interface Verification {
  verifyLedger: { intact: boolean; checked: string; firstBrokenSeq: string | null; reason: string | null }
}

/** Tampers, looks, and puts the rows back as they were. */
async function afterTampering(sql: string, look: () => Promise<void>): Promise<void> {
  const { tenantId } = world
  const keep = ['entry', 'receipt', 'checkpoint', 'head']
  for (const table of keep) {
    await world.tamper(
      `CREATE TABLE public.kept_${table} AS SELECT * FROM ledger.${table} WHERE tenant_id = '${tenantId}'`,
    )
  }
  try {
    await world.tamper(sql.replaceAll('$tenant', `'${tenantId}'`))
    await look()
  } finally {
    for (const table of keep) {
      await world.tamper(`DELETE FROM ledger.${table} WHERE tenant_id = '${tenantId}'`)
      await world.tamper(`INSERT INTO ledger.${table} SELECT * FROM public.kept_${table}`)
      await world.tamper(`DROP TABLE public.kept_${table}`)
    }
  }
}

describe('tampering by the superuser', () => {
  test.each([
    [
      'a body',
      `UPDATE ledger.receipt SET body = overlay(body placing '\\x7a'::bytea from 40) WHERE tenant_id = $tenant AND seq = 77`,
      77,
      'LEAF_MISMATCH',
    ],
    [
      'a body that is no text any more',
      `UPDATE ledger.receipt SET body = body || '\\xff'::bytea WHERE tenant_id = $tenant AND seq = 78`,
      78,
      'LEAF_MISMATCH',
    ],
    [
      'a body and its leaf',
      `WITH b AS (UPDATE ledger.receipt SET body = convert_to(replace(convert_from(body, 'UTF8'), 'SUCCEEDED', 'SUCCEEDEE'), 'UTF8') WHERE tenant_id = $tenant AND seq = 79 RETURNING body)
      UPDATE ledger.entry SET leaf = (SELECT sha256('\\x00'::bytea || body) FROM b) WHERE tenant_id = $tenant AND seq = 79`,
      79,
      'LINK_MISMATCH',
    ],
    [
      'a link',
      `UPDATE ledger.entry SET link = sha256(link) WHERE tenant_id = $tenant AND seq = 80`,
      80,
      'LINK_MISMATCH',
    ],
    ['a missing entry', `DELETE FROM ledger.entry WHERE tenant_id = $tenant AND seq = 81`, 81, 'OUT_OF_SEQUENCE'],
    ['a missing receipt', `DELETE FROM ledger.receipt WHERE tenant_id = $tenant AND seq = 82`, 82, 'MALFORMED_ENTRY'],
    [
      'two entries exchanged',
      `UPDATE ledger.entry e SET leaf = o.leaf, link = o.link FROM ledger.entry o WHERE e.tenant_id = $tenant AND o.tenant_id = $tenant AND e.seq IN (83, 84) AND o.seq = 167 - e.seq`,
      83,
      'LEAF_MISMATCH',
    ],
    [
      'a label beside the body',
      `UPDATE ledger.receipt SET type = 'execution.failed' WHERE tenant_id = $tenant AND seq = 85`,
      85,
      'BODY_DISAGREES',
    ],
    [
      'a time beside the body',
      `UPDATE ledger.receipt SET occurred_at = occurred_at + interval '1 hour' WHERE tenant_id = $tenant AND seq = 86`,
      86,
      'BODY_DISAGREES',
    ],
    [
      'the first entry',
      `UPDATE ledger.entry SET leaf = sha256(leaf) WHERE tenant_id = $tenant AND seq = 1`,
      1,
      'LEAF_MISMATCH',
    ],
    [
      'the last entry',
      `UPDATE ledger.entry SET link = sha256(link) WHERE tenant_id = $tenant AND seq = 310`,
      310,
      'LINK_MISMATCH',
    ],
    [
      'entries cut off before the head',
      `DELETE FROM ledger.entry WHERE tenant_id = $tenant AND seq > 305`,
      306,
      'TRUNCATED',
    ],
    [
      'entries and head cut off before a checkpoint',
      `WITH d AS (DELETE FROM ledger.entry WHERE tenant_id = $tenant AND seq > 250), r AS (DELETE FROM ledger.receipt WHERE tenant_id = $tenant AND seq > 250)
      UPDATE ledger.head SET seq = 250, link = (SELECT link FROM ledger.entry WHERE tenant_id = $tenant AND seq = 250) WHERE tenant_id = $tenant`,
      251,
      'TRUNCATED',
    ],
    [
      'a head that names another link',
      `UPDATE ledger.head SET link = sha256(link) WHERE tenant_id = $tenant`,
      310,
      'HEAD_MISMATCH',
    ],
    [
      'a checkpoint with another root',
      `UPDATE ledger.checkpoint SET note = replace(note, substr(split_part(note, E'\\n', 3), 1, 6), 'AAAAAA') WHERE tenant_id = $tenant AND size = 203`,
      203,
      'BAD_CHECKPOINT',
    ],
  ])('%s: named by its sequence number', async (_what, sql, seq, reason) => {
    await afterTampering(sql, async () => {
      const { verifyLedger } = await world.run<Verification>(world.admin(), verification)
      expect(verifyLedger).toMatchObject({ intact: false, firstBrokenSeq: String(seq), reason })
    })
    expect(await world.run(world.admin(), verification)).toMatchObject({ verifyLedger: { intact: true } })
  })

  test('a whole history written anew does not fit the checkpoints that were signed', async () => {
    await afterTampering(
      `WITH RECURSIVE
         leaves AS (SELECT seq, CASE WHEN seq = 90 THEN sha256(leaf) ELSE leaf END AS leaf FROM ledger.entry WHERE tenant_id = $tenant),
         chain (seq, leaf, link) AS (
           SELECT 0::bigint, ''::bytea, sha256('muster/genesis/v1\\012'::bytea || convert_to('${world.origin}', 'UTF8'))
           UNION ALL
           SELECT l.seq, l.leaf, sha256('muster/link/v1\\012'::bytea || int8send(l.seq) || c.link || l.leaf) FROM chain c JOIN leaves l ON l.seq = c.seq + 1),
         head AS (UPDATE ledger.head SET link = (SELECT link FROM chain ORDER BY seq DESC LIMIT 1) WHERE tenant_id = $tenant),
         gone AS (DELETE FROM ledger.receipt WHERE tenant_id = $tenant AND seq = 90)
       UPDATE ledger.entry e SET leaf = c.leaf, link = c.link FROM chain c WHERE e.tenant_id = $tenant AND e.seq = c.seq`,
      async () => {
        // A team lead of another team has no bodies at all, and finds it just as well.
        const { verifyLedger } = await world.run<Verification>(world.lead({ units: [world.teams[1]] }), verification)
        expect(verifyLedger).toMatchObject({ intact: false, reason: 'CHECKPOINT_MISMATCH', firstBrokenSeq: '1' })
      },
    )
  })
})

describe('an export', () => {
  async function lines(): Promise<string[]> {
    let text = ''
    // Read outside of any request: it keeps the one it was asked for in.
    for await (const chunk of world.passport.exportLedger(world.admin())) text += chunk
    return text.trimEnd().split('\n')
  }

  test('verifies from outside with nothing but its own lines', async () => {
    const parsed = (await lines()).map((line) => parseExportLine(line))
    const header = parsed[0]!
    if (header.kind !== 'header') throw new Error('no header')
    const entries = parsed.flatMap((line): LedgerEntry[] => (line.kind === 'entry' ? [line.entry] : []))
    const checkpoints = parsed.flatMap((line) => (line.kind === 'checkpoint' ? [line.note] : []))
    expect(header.header).toMatchObject({ origin: world.origin, tenant: world.tenantId, head: { seq: 310 } })
    const verdict = await verifyFile(entries, {
      origin: header.header.origin,
      tenant: world.tenantId,
      checkpoints,
      head: header.header.head,
    })
    expect(verdict).toMatchObject({ intact: true, checked: 310, bodiesChecked: 310, checkpointsMatched: 2 })
  })

  test('left by its reader gives its connection back', async () => {
    for (let round = 0; round < 20; round++) {
      for await (const chunk of world.passport.exportLedger(world.admin())) {
        expect(chunk).toContain('muster-ledger/v1')
        break
      }
    }
    expect(await lines()).toHaveLength(1 + 310 + 2)
  })
})

describe('everybody else', () => {
  const statements = [
    'UPDATE ledger.entry SET leaf = leaf',
    'DELETE FROM ledger.entry',
    'TRUNCATE ledger.entry',
    'INSERT INTO ledger.entry SELECT tenant_id, seq + 1000000, leaf, link FROM ledger.entry LIMIT 1',
    'UPDATE ledger.receipt SET type = type',
    'DELETE FROM ledger.receipt',
    'TRUNCATE ledger.receipt',
    'DELETE FROM ledger.receipt_p0',
    'UPDATE ledger.entry_p0 SET leaf = leaf',
    'UPDATE ledger.head SET seq = seq - 1',
    'DELETE FROM ledger.head',
    'UPDATE ledger.checkpoint SET size = size',
    'DELETE FROM ledger.checkpoint',
    'TRUNCATE ledger.checkpoint',
    'UPDATE ledger.tile SET index = index',
    'DELETE FROM ledger.tile',
    'DELETE FROM ledger.log_epoch',
    'UPDATE ledger.log_epoch SET origin = origin',
    'DELETE FROM passport.signing_key',
    'UPDATE passport.signing_key SET public_jwk = public_jwk',
    'DELETE FROM passport.data_key',
    'DELETE FROM passport.manifest',
    'UPDATE passport.manifest SET hash = hash',
  ]
  const roles = [
    'muster_gateway',
    'muster_identity',
    'muster_workforce',
    'muster_scoring',
    'muster_guard',
    'muster_decider',
    'muster_passport',
    'muster_scheduler',
  ]

  test.each(roles)('%s can change nothing that was written', async (role) => {
    const pool = openPool({ url: world.database.url(role), role, max: 1 })
    try {
      for (const sql of statements) {
        const attempt = inScope(world.admin(), () => withRequest(pool, (tx) => tx.query(sql)))
        await expect(attempt, `${role}: ${sql}`).rejects.toMatchObject({ cause: { code: '42501' } })
      }
    } finally {
      await pool.end()
    }
  })

  test('even the superuser is stopped by triggers, until they are switched off', async () => {
    const held = statements.filter((sql) => /(entry|receipt|head|checkpoint)\b/.test(sql) && !sql.startsWith('INSERT'))
    expect(held).toHaveLength(11)
    for (const sql of held) {
      await expect(world.database.asSuperuser(sql), sql).rejects.toMatchObject({ code: 'MU002' })
    }
  })
})
