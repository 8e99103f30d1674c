/** A database set back signs nothing, says so, and goes on only under a new name with the loss on record. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readCheckpoint, verifierOf, Witness } from '@muster/ledger'
import { rawEd25519 } from '@muster/keys'
import { makeWorld, type World } from '../testing/world.ts'
import { judgeRewind } from './rewind.ts'

let world: World
beforeEach(async () => {
  world = await makeWorld()
  await world.passport.bootstrapTenant(world.admin())
  await world.write(300, world.agents[0])
  await world.passport.createCheckpoint(world.admin())
  await world.write(40, world.agents[0])
})
afterEach(() => world?.stop())

const sign = `mutation { createCheckpoint { __typename ... on CheckpointCreated { checkpoint { size } } ... on Refusal { code message } } }`
const state =
  '{ ledgerHead { seq state origin logEpoch checkpoint } verifyLedger { intact checked firstBrokenSeq reason headSeq } }'
const open = `mutation o($input: OpenLogEpochInput!) { openLogEpoch(input: $input) { __typename
  ... on LogEpochOpened { origin logEpoch checkpoint { size note } receipt { id seq } } ... on Refusal { code message } } }`

async function headSeq(): Promise<number> {
  const [row] = await world.database.asSuperuser<{ seq: string }>('SELECT seq FROM ledger.head WHERE tenant_id = $1', [
    world.tenantId,
  ])
  return Number(row!.seq)
}

/** What a restore of an older backup does: entries, receipts, checkpoints and head as they were at `seq`. */
async function setBack(seq: number): Promise<void> {
  for (const table of ['entry', 'receipt']) {
    await world.tamper(`DELETE FROM ledger.${table} WHERE tenant_id = $1 AND seq > $2`, [world.tenantId, seq])
  }
  await world.tamper('DELETE FROM ledger.checkpoint WHERE tenant_id = $1 AND size > $2', [world.tenantId, seq])
  await world.tamper('DELETE FROM ledger.tile WHERE tenant_id = $1 AND (level > 0 OR (index + 1) * 256 > $2)', [
    world.tenantId,
    seq,
  ])
  await world.tamper(
    `UPDATE ledger.head h SET seq = $2, link = (SELECT e.link FROM ledger.entry e WHERE e.tenant_id = $1 AND e.seq = $2) WHERE h.tenant_id = $1`,
    [world.tenantId, seq],
  )
}

async function witness(origin: string): Promise<Witness> {
  const trust = await world.passport.trustDocument(world.admin().handovers)
  const keys = trust!.keys.filter(({ use }) => use === 'ledger')
  return new Witness(
    origin,
    keys.map(({ jwk }) => verifierOf(origin, rawEd25519(jwk))),
  )
}

describe('after a rewind', () => {
  test('a sound log says so, at start and whenever it is asked', async () => {
    const again = await world.restart()
    expect(await again.assertNotRewound(world.admin())).toMatchObject({ state: 'SOUND', rewind: null })
    expect(await world.run(world.admin(), state)).toMatchObject({
      ledgerHead: { state: 'SOUND' },
      verifyLedger: { intact: true },
    })
  })

  test('nothing is signed, the state is told, and verification names the first lost entry', async () => {
    const signed = (await world.passport.createCheckpoint(world.admin())).size
    const kept = readdirSync(world.vaultFolder)
    await setBack(120)
    const again = await world.restart()
    expect(await again.assertNotRewound(world.admin())).toMatchObject({
      state: 'REWOUND',
      rewind: { reason: 'SHORTER', keptSize: signed, headSeq: 120 },
    })
    expect(await world.run(world.admin(), sign)).toMatchObject({ createCheckpoint: { code: 'LEDGER_REWOUND' } })
    expect(await world.passport.maintainCheckpoints(world.admin())).toBeNull()
    expect(await again.maintain(world.admin())).toMatchObject({ checkpointSize: null })
    expect(await world.run(world.admin(), state)).toMatchObject({
      ledgerHead: { state: 'REWOUND', seq: '120' },
      verifyLedger: { intact: false, firstBrokenSeq: '121', reason: 'TRUNCATED', headSeq: '120' },
    })
    // Growing past the old size by other means does not make it sound.
    await world.write(signed)
    const later = await world.restart()
    expect(await later.assertNotRewound(world.admin())).toMatchObject({
      state: 'REWOUND',
      rewind: { reason: 'FORKED' },
    })
    await expect(later.createCheckpoint(world.admin())).rejects.toMatchObject({ code: 'LEDGER_REWOUND' })
    expect(readdirSync(world.vaultFolder)).toEqual(kept)
  })

  test('other entries in the place of signed ones are noticed at start', async () => {
    await world.passport.createCheckpoint(world.admin())
    await world.tamper('UPDATE ledger.entry SET leaf = sha256(leaf) WHERE tenant_id = $1 AND seq = 5', [world.tenantId])
    const again = await world.restart()
    expect(await again.assertNotRewound(world.admin())).toMatchObject({
      state: 'REWOUND',
      rewind: { reason: 'FORKED' },
    })
    await expect(again.createCheckpoint(world.admin())).rejects.toMatchObject({ code: 'LEDGER_REWOUND' })
  })

  test('a kept note that opens with no key of the log stops signing', async () => {
    const file = join(world.vaultFolder, world.origin.slice('muster.log/'.length))
    const { note } = await world.passport.createCheckpoint(world.admin())
    writeFileSync(file, note.replace(/[A-Za-z0-9+/]{10}=*\n$/, 'AAAAAAAAAA=\n'))
    const again = await world.restart()
    expect(await again.assertNotRewound(world.admin())).toMatchObject({
      state: 'REWOUND',
      rewind: { reason: 'UNREADABLE' },
    })
  })

  test('an operator goes on in a new epoch that names what is lost', async () => {
    const seen = await witness(world.origin)
    const before = await world.passport.createCheckpoint(world.admin())
    await seen.offer(before.note, async () => [])
    await setBack(120)

    for (const [lostFrom, lostTo] of [
      [122, before.size],
      [121, before.size - 1],
      [0, before.size],
      [before.size, 121],
    ]) {
      const input = { lostFrom: String(lostFrom), lostTo: String(lostTo), reason: 'restored a backup' }
      expect(await world.run(world.admin(), open, { input })).toMatchObject({ openLogEpoch: { code: 'WRONG_RANGE' } })
    }
    const input = { lostFrom: '121', lostTo: String(before.size), reason: 'restored a backup' }
    await expect(world.run(world.lead(), open, { input })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const { openLogEpoch: opened } = await world.run<{
      openLogEpoch: {
        origin: string
        logEpoch: number
        checkpoint: { size: string; note: string }
        receipt: { seq: string }
      }
    }>(world.admin(), open, { input })
    expect(opened).toMatchObject({ logEpoch: 2, receipt: { seq: '121' }, checkpoint: { size: '121' } })
    expect(opened.origin).not.toBe(world.origin)
    expect(readCheckpoint(opened.checkpoint.note).origin).toBe(opened.origin)
    // Who remembers the old log is not led on under its name.
    expect(await seen.offer(opened.checkpoint.note, async () => [])).toMatchObject({
      accepted: false,
      refusal: 'BAD_CHECKPOINT',
    })

    await world.write(600, world.agents[0])
    const after = await world.passport.createCheckpoint(world.admin())
    expect(after).toMatchObject({ size: 721, logEpoch: 2 })
    expect(await world.run(world.admin(), state)).toMatchObject({
      ledgerHead: { state: 'SOUND', origin: opened.origin, logEpoch: 2 },
      verifyLedger: { intact: true, checked: '721', firstBrokenSeq: null, headSeq: '721' },
    })
    const restarted = await world.restart()
    expect(await restarted.assertNotRewound(world.admin())).toMatchObject({ state: 'SOUND', origin: opened.origin })
    expect(await world.run(world.admin(), open, { input })).toMatchObject({ openLogEpoch: { code: 'NOT_REWOUND' } })
    // Both logs have their public face; the old one ends where its last surviving checkpoint did.
    const { handovers } = world.admin()
    expect(await world.passport.checkpoint(handovers)).toBe(after.note)
    expect(await world.passport.checkpoint(handovers, world.origin)).toBeNull()
    expect((await world.passport.trustDocument(handovers, world.origin))!.origin).toBe(world.origin)
  })

  test('a new epoch is opened while others write', async () => {
    const { size } = await world.passport.createCheckpoint(world.admin())
    await setBack(320)
    const stop = { now: false }
    const writing = (async () => {
      while (!stop.now) await world.write(2)
    })()
    const input = { lostFrom: 321, lostTo: size, reason: 'restored a backup' }
    const opened = await world.passport.openLogEpoch(world.admin(), input)
    stop.now = true
    await writing
    expect(opened.logEpoch).toBe(2)
    expect(await world.passport.verifyLedger(world.admin())).toMatchObject({ intact: true })
  })

  test('an entry changed before the new epoch is still named by verification', async () => {
    const { size } = await world.passport.createCheckpoint(world.admin())
    await setBack(320)
    await world.tamper('UPDATE ledger.entry SET leaf = sha256(leaf) WHERE tenant_id = $1 AND seq = 50', [
      world.tenantId,
    ])
    const input = { lostFrom: '50', lostTo: String(size), reason: 'entry 50 is not the one that was signed' }
    expect(await world.run(world.admin(), open, { input })).toMatchObject({
      openLogEpoch: { __typename: 'LogEpochOpened' },
    })
    expect(await world.run(world.admin(), state)).toMatchObject({
      ledgerHead: { state: 'SOUND' },
      verifyLedger: { intact: false, firstBrokenSeq: '50', reason: 'LEAF_MISMATCH' },
    })
  })

  test('a new epoch is refused while the log is sound', async () => {
    const input = { lostFrom: String(await headSeq()), lostTo: String((await headSeq()) + 5), reason: 'none' }
    expect(await world.run(world.admin(), open, { input })).toMatchObject({ openLogEpoch: { code: 'NOT_REWOUND' } })
  })
})

describe('the judgement', () => {
  const kept = { size: 10, rootHash: 'aa' }
  test.each([
    [{ headSeq: 10, kept: null, rootAtKept: null }, null],
    [{ headSeq: 10, kept, rootAtKept: 'aa' }, null],
    [{ headSeq: 11, kept, rootAtKept: 'aa' }, null],
    [{ headSeq: 9, kept, rootAtKept: null }, 'SHORTER'],
    [{ headSeq: 10, kept, rootAtKept: 'bb' }, 'FORKED'],
    [{ headSeq: 10, kept, rootAtKept: null }, 'FORKED'],
    [{ headSeq: 10, kept: 'UNREADABLE' as const, rootAtKept: null }, 'UNREADABLE'],
  ])('of %j is %s', (facts, reason) => {
    expect(judgeRewind(facts)?.reason ?? null).toBe(reason)
  })
})
