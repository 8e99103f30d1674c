/** Checkpoints: signed over what is there, provable at every size, never backwards, kept outside. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CompactRange,
  fromHex,
  openCheckpoint,
  parseTilePath,
  readCheckpoint,
  readNodesFromTiles,
  rootAt,
  tileIn,
  tileWidth,
  toHex,
  verifierOf,
  verifyConsistency,
  verifyInclusion,
  decodeEntryBundle,
  leafHash,
} from '@muster/ledger'
import { rawEd25519 } from '@muster/keys'
import fc from 'fast-check'
import { makeWorld, type World } from '../testing/world.ts'

let world: World
let sizes: number[]
beforeAll(async () => {
  world = await makeWorld()
  await world.passport.bootstrapTenant(world.admin())
  // Sizes on, before and behind the edges of tiles.
  for (const count of [9, 244, 1, 255, 300]) {
    await world.write(count, world.agents[0])
    await world.passport.createCheckpoint(world.admin())
  }
  sizes = (await notes()).map((note) => readCheckpoint(note).size)
})
afterAll(() => world?.stop())

/** Notes in the order they were issued. */
async function notes(): Promise<string[]> {
  const { checkpoints } = await world.run<{ checkpoints: { nodes: { note: string }[] } }>(
    world.admin(),
    '{ checkpoints(first: 100) { nodes { note } } }',
  )
  return checkpoints.nodes.map(({ note }) => note).toReversed()
}

async function verifiers() {
  const trust = await world.passport.trustDocument(world.admin().handovers)
  return trust!.keys.filter(({ use }) => use === 'ledger').map(({ jwk }) => verifierOf(world.origin, rawEd25519(jwk)))
}

async function leaves(): Promise<Uint8Array[]> {
  const rows = await world.database.asSuperuser<{ leaf: Buffer }>(
    'SELECT leaf FROM ledger.entry WHERE tenant_id = $1 ORDER BY seq',
    [world.tenantId],
  )
  return rows.map(({ leaf }) => leaf)
}

describe('a checkpoint', () => {
  test('is a note of this log, signed by its ledger key, with the root of the first entries', async () => {
    const all = await leaves()
    for (const note of await notes()) {
      const { size, rootHash } = openCheckpoint(note, world.origin, await verifiers())
      const range = new CompactRange()
      for (const leaf of all.slice(0, size)) range.append(leaf)
      expect(rootHash).toBe(toHex(range.root()))
    }
    expect(sizes).toEqual([12, 256, 257, 512, 812])
  })

  test('comes back unchanged while no entry was written', async () => {
    const first = await world.passport.createCheckpoint(world.admin())
    expect(await world.passport.createCheckpoint(world.admin())).toEqual(first)
    expect(await world.passport.maintainCheckpoints(world.admin())).toBe(first.size)
  })

  test('is kept outside the database, byte for byte', async () => {
    const { note } = await world.passport.createCheckpoint(world.admin())
    expect(readFileSync(join(world.vaultFolder, world.origin.slice('muster.log/'.length)), 'utf8')).toBe(note)
    expect(await world.passport.checkpoint(world.admin().handovers)).toBe(note)
  })

  test('asked for by many at once is signed in one order', async () => {
    const other = await world.restart()
    await world.write(3)
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, index) => (index % 2 ? other : world.passport).createCheckpoint(world.admin())),
    )
    expect(new Set(all.map(({ note }) => note)).size).toBe(1)
  })

  test('never goes back, whoever inserts it', async () => {
    const insert = `INSERT INTO ledger.checkpoint (tenant_id, log_epoch, size, root, link, note, key_id, frontier)
      SELECT tenant_id, log_epoch, $1, root, link, note, key_id, frontier FROM ledger.checkpoint WHERE tenant_id = $2 ORDER BY size DESC LIMIT 1`
    const { size } = await world.passport.createCheckpoint(world.admin())
    for (const wrong of [size - 1, size, size + 1]) {
      await expect(world.database.asSuperuser(insert, [wrong, world.tenantId])).rejects.toMatchObject({ code: 'MU006' })
    }
  })

  test('takes `ledger:sign`', async () => {
    await expect(
      world.run(world.admin({ caps: ['ledger:read'] }), 'mutation { createCheckpoint { __typename } }'),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const answer = await world.run(
      world.admin(),
      'mutation { createCheckpoint { __typename ... on CheckpointCreated { checkpoint { size rootHash createdAt logEpoch } } ... on Refusal { code message } } }',
    )
    expect(answer).toMatchObject({ createCheckpoint: { __typename: 'CheckpointCreated', checkpoint: { logEpoch: 1 } } })
  })

  test('signed before a rotation stays verifiable after it, also an emergency', async () => {
    const before = await world.passport.createCheckpoint(world.admin())
    await world.passport.rotateKey(world.admin(), { purpose: 'ledger', emergency: true, reason: 'drill' })
    const after = await world.passport.createCheckpoint(world.admin())
    expect(after.keyId).not.toBe(before.keyId)
    const trusted = await verifiers()
    expect(trusted).toHaveLength(2)
    for (const { note } of [before, after])
      expect(openCheckpoint(note, world.origin, trusted).origin).toBe(world.origin)
  })
})

describe('proofs', () => {
  const inclusion = `query p($seq: Int64!, $size: Int64) { inclusionProof(seq: $seq, size: $size) { leafIndex treeSize leafHash rootHash hashes } }`
  const consistency = `query c($from: Int64!, $to: Int64!) { consistencyProof(from: $from, to: $to) { rootHash1 rootHash2 hashes } }`
  interface Inclusion {
    inclusionProof: { leafIndex: string; treeSize: string; leafHash: string; rootHash: string; hashes: string[] } | null
  }
  interface Consistency {
    consistencyProof: { rootHash1: string; rootHash2: string; hashes: string[] } | null
  }

  test('of inclusion verify against the signed roots, for random entries', async () => {
    const signed = (await notes()).map((note) => readCheckpoint(note))
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat({ max: signed.length - 1 }), async (pick, which) => {
        const { size, rootHash } = signed[which]!
        const seq = 1 + (pick % size)
        const answer = await world.run<Inclusion>(world.lead(), inclusion, { seq: String(seq), size: String(size) })
        const proof = answer.inclusionProof!
        expect(
          verifyInclusion({
            leafIndex: seq - 1,
            treeSize: size,
            leafHash: fromHex(proof.leafHash),
            proof: proof.hashes.map(fromHex),
            root: fromHex(rootHash),
          }),
        ).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('of consistency verify between any two sizes, signed or not', async () => {
    const all = await leaves()
    const rootOf = (size: number): string => {
      const range = new CompactRange()
      for (const leaf of all.slice(0, size)) range.append(leaf)
      return toHex(range.root())
    }
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: all.length }),
        fc.integer({ min: 1, max: all.length }),
        async (a, b) => {
          const [from, to] = a < b ? [a, b] : [b, a]
          const answer = await world.run<Consistency>(world.admin(), consistency, {
            from: String(from),
            to: String(to),
          })
          const proof = answer.consistencyProof!
          expect([proof.rootHash1, proof.rootHash2]).toEqual([rootOf(from), rootOf(to)])
          expect(
            verifyConsistency({
              size1: from,
              size2: to,
              root1: fromHex(proof.rootHash1),
              root2: fromHex(proof.rootHash2),
              proof: proof.hashes.map(fromHex),
            }),
          ).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('of what is not there are null', async () => {
    const head = (await leaves()).length
    for (const [seq, size] of [
      ['0', '5'],
      ['6', '5'],
      [String(head + 1), String(head + 1)],
      ['1', String(head + 1)],
      ['-1', '5'],
    ]) {
      expect(await world.run(world.admin(), inclusion, { seq, size })).toEqual({ inclusionProof: null })
    }
    for (const [from, to] of [
      ['0', '5'],
      ['6', '5'],
      ['1', String(head + 1)],
    ]) {
      expect(await world.run(world.admin(), consistency, { from, to })).toEqual({ consistencyProof: null })
    }
  })
})

describe('tiles', () => {
  test('give every signed root, read by their paths alone', async () => {
    const { handovers } = world.lead()
    const readTile = async (tile: { level: number; index: number; width: number }): Promise<Uint8Array> =>
      (await world.passport.tile(handovers, { ...tile, kind: 'hashes' }))!
    for (const { size, rootHash } of (await notes()).map((note) => readCheckpoint(note))) {
      expect(toHex(await rootAt(size, readNodesFromTiles(size, readTile)))).toBe(rootHash)
    }
  })

  test('are stored once full, and not served beyond the last checkpoint', async () => {
    await world.write(1000)
    const { handovers } = world.admin()
    const last = (await notes()).map((note) => readCheckpoint(note).size).at(-1)!
    const edge = tileIn(last, 0, Math.floor((last - 1) / tileWidth))!
    expect(await world.passport.tile(handovers, { ...edge, kind: 'hashes' })).toHaveLength(edge.width * 32)
    expect(await world.passport.tile(handovers, { ...edge, width: edge.width + 1, kind: 'hashes' })).toBeNull()
    const [{ count }] = (await world.database.asSuperuser<{ count: string }>(
      'SELECT count(*) FROM ledger.tile WHERE tenant_id = $1 AND level = 0',
      [world.tenantId],
    )) as [{ count: string }]
    expect(Number(count)).toBe(Math.floor(last / tileWidth))
  })

  test('of entries hold the bodies their leaves hash, for those who may read every one', async () => {
    const wanted = parseTilePath('tile/entries/000')!
    const bundle = await world.passport.tile(world.admin().handovers, wanted)
    const bodies = decodeEntryBundle(bundle!, tileWidth)
    expect(bodies.map((body) => toHex(leafHash(body)))).toEqual((await leaves()).slice(0, tileWidth).map(toHex))
    expect(await world.passport.tile(world.lead().handovers, wanted)).toBeNull()
  })

  test('and checkpoints of another tenant are not to be had', async () => {
    const { tenantId } = await world.database.openTenant('stranger')
    const { handovers } = world.database.scope(tenantId, { caps: ['ledger:read'] })
    expect(await world.passport.checkpoint(handovers)).toBeNull()
    expect(await world.passport.checkpoint(handovers, world.origin)).toBeNull()
    expect(await world.passport.trustDocument(handovers, world.origin)).toBeNull()
    expect(await world.passport.tile(handovers, { level: 0, index: 0, width: 1, kind: 'hashes' })).toBeNull()
  })
})
