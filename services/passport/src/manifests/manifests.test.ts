/** Manifests: pinned by hash, replaced in one commit, quarantined until a person looks. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalize } from '@muster/canonical-json'
import { inScope, openPool, withRequest } from '@muster/db'
import { parseReceiptBody } from '@muster/ledger'
import fc from 'fast-check'
import { makeWorld, type World } from '../testing/world.ts'
import { canonicalTool, canonicalTools, type ToolDescription } from './manifestHash.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
  await world.passport.bootstrapTenant(world.admin())
})
afterAll(() => world?.stop())

const fields = 'id server tool version hash mutates state description inputSchema canonical pinnedBy pinnedAt'
const pin = `mutation p($input: PinManifestInput!) { pinManifest(input: $input) { __typename
  ... on ManifestPinned { manifests { ${fields} } receipt { id seq } } ... on Refusal { code message } } }`
const quarantine = `mutation q($input: QuarantineManifestInput!) { quarantineManifest(input: $input) { __typename
  ... on ManifestQuarantined { manifest { id state } receipt { id seq } } ... on Refusal { code } } }`
const release = `mutation r($input: ReleaseManifestInput!) { releaseManifest(input: $input) { __typename
  ... on ManifestReleased { manifest { id state } receipt { id seq } } ... on Refusal { code } } }`
const current = `query m($tool: String!) { manifest(tool: $tool) { ${fields} } }`

interface Manifest {
  id: string
  server: string
  tool: string
  version: number
  hash: string
  mutates: boolean
  state: string
  canonical: string
}
interface Pinned {
  pinManifest: { __typename: string; manifests: Manifest[]; receipt: { id: string; seq: string }; code?: string }
}
const schema = { type: 'object', properties: { amount: { type: 'number' } } }
const pinOf = (tools: object[], server = 'billing', scope = world.admin()): Promise<Pinned> =>
  world.run<Pinned>(scope, pin, { input: { server, tools } })
const headSeq = async (): Promise<string> =>
  (
    await world.database.asSuperuser<{ seq: string }>('SELECT seq FROM ledger.head WHERE tenant_id = $1', [
      world.tenantId,
    ])
  )[0]!.seq

describe('pinning', () => {
  test('hashes exactly the canonical description', async () => {
    const { pinManifest } = await pinOf([
      { name: 'refund', description: 'gives back', inputSchema: schema, mutates: true },
    ])
    const [manifest] = pinManifest.manifests
    const text = canonicalize({
      description: 'gives back',
      inputSchema: schema,
      mutates: true,
      name: 'refund',
      server: 'billing',
    })
    expect(manifest!.canonical).toBe(text)
    expect(manifest!.hash).toBe(createHash('sha256').update(`muster/manifest/v1\n${text}`).digest('hex'))
    expect(manifest).toMatchObject({ tool: 'refund', version: 1, mutates: true, state: 'PINNED' })
    const [row] = await world.database.asSuperuser<{ body: Buffer }>('SELECT body FROM ledger.receipt WHERE id = $1', [
      pinManifest.receipt.id,
    ])
    const body = parseReceiptBody(row!.body.toString('utf8'))
    expect(body).toMatchObject({
      type: 'manifest.pinned',
      data: { manifests: [{ id: manifest!.id, hash: manifest!.hash, version: 1, mutates: true, supersedes: null }] },
    })
  })

  test('the same bytes are the same version: nothing is written, the first receipt answers', async () => {
    const tools = [{ name: 'same', mutates: false }]
    const first = await pinOf(tools)
    const head = await headSeq()
    expect(await pinOf(tools)).toEqual(first)
    expect(await pinOf(tools, 'billing', world.lead({ kind: 'api_key' }))).toEqual(first)
    expect(await headSeq()).toBe(head)
  })

  test('other bytes supersede: one version counts, the old one stays on record', async () => {
    const one = (await pinOf([{ name: 'changing', mutates: false }])).pinManifest.manifests[0]!
    const { manifests } = (await pinOf([{ name: 'changing', mutates: true }])).pinManifest
    expect(manifests[0]).toMatchObject({ version: 2, mutates: true, state: 'PINNED' })
    // Back to the first bytes is a decision of its own: version 3, not version 1 again.
    const third = (await pinOf([{ name: 'changing', mutates: false }])).pinManifest.manifests[0]!
    expect(third).toMatchObject({ version: 3, hash: one.hash })
    expect(third.id).not.toBe(one.id)
    const list = await world.run<{ manifests: { nodes: Manifest[] } }>(
      world.admin(),
      '{ manifests(first: 200) { nodes { tool version state } } }',
    )
    expect(list.manifests.nodes.filter(({ tool }) => tool === 'changing')).toEqual([
      { tool: 'changing', version: 3, state: 'PINNED' },
      { tool: 'changing', version: 2, state: 'SUPERSEDED' },
      { tool: 'changing', version: 1, state: 'SUPERSEDED' },
    ])
  })

  test('is one receipt a call, naming what is new in it', async () => {
    await pinOf([{ name: 'a', mutates: false }])
    const before = BigInt(await headSeq())
    const { pinManifest } = await pinOf([
      { name: 'a', mutates: false },
      { name: 'b', mutates: false },
      { name: 'c', mutates: true },
    ])
    expect(BigInt(await headSeq()) - before).toBe(1n)
    expect(pinManifest.manifests.map(({ tool }) => tool)).toEqual(['a', 'b', 'c'])
  })

  test('by many at once makes one version of one description', async () => {
    const other = await world.restart()
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        (index % 2 ? other : world.passport).execute({
          query: pin,
          variables: { input: { server: 'billing', tools: [{ name: 'raced', mutates: false }] } },
          handovers: world.admin().handovers,
        }),
      ),
    )
    const ids = answers.map(({ data }) => (data as unknown as Pinned).pinManifest.manifests[0]!.id)
    expect(new Set(ids).size).toBe(1)
  })

  test('takes the head lock: no decision can come between the old and the new version', async () => {
    await pinOf([{ name: 'locked', mutates: false }])
    const pool = openPool({ url: world.database.url('muster_guard'), role: 'muster_guard', max: 1 })
    const order: string[] = []
    let pinned: Promise<void> = Promise.resolve()
    await inScope(world.admin(), () =>
      withRequest(pool, async (tx) => {
        await tx.query('SELECT ledger.lock_head()')
        pinned = pinOf([{ name: 'locked', mutates: true }]).then(() => void order.push('pinned'))
        await new Promise((resolve) => setTimeout(resolve, 300))
        const [row] = await tx.query<{ mutates: boolean }>(
          `SELECT mutates FROM passport.published_manifest WHERE tool = 'locked'`,
        )
        order.push(`decided on mutates=${String(row!.mutates)}`)
      }),
    )
    await pinned
    await pool.end()
    expect(order).toEqual(['decided on mutates=false', 'pinned'])
  })

  test.each([
    ['no tool', [], 'INVALID_INPUT'],
    ['a tool without a name', [{ name: '', mutates: true }], 'INVALID_INPUT'],
    ['a name too long', [{ name: 'x'.repeat(201), mutates: true }], 'INVALID_INPUT'],
    ['a name with a zero character', [{ name: 'a\0b', mutates: true }], 'INVALID_INPUT'],
    [
      'one tool twice',
      [
        { name: 'd', mutates: true },
        { name: 'd', mutates: false },
      ],
      'DUPLICATE_TOOL',
    ],
    ['half a surrogate pair', [{ name: 'e', description: '\ud800', mutates: true }], 'UNSAFE_PAYLOAD'],
    [
      'a schema beyond measure',
      [{ name: 'f', inputSchema: { d: 'x'.repeat(70_000) }, mutates: true }],
      'INVALID_INPUT',
    ],
    ['too many tools', Array.from({ length: 201 }, (_, n) => ({ name: `t${n}`, mutates: true })), 'INVALID_INPUT'],
  ])('refuses %s', async (_what, tools, code) => {
    expect((await pinOf(tools)).pinManifest.code).toBe(code)
  })

  test('two hundred tools fit one receipt', async () => {
    const tools = Array.from({ length: 200 }, (_, n) => ({ name: `many.${n}`, mutates: n % 2 === 0 }))
    expect((await pinOf(tools)).pinManifest.manifests).toHaveLength(200)
  })

  test('is for who may write manifests; another tenant sees none of it', async () => {
    const input = { server: 's', tools: [{ name: 'x', mutates: false }] }
    await expect(world.run(world.admin({ caps: ['manifests:read'] }), pin, { input })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    const { tenantId } = await world.database.openTenant('neighbour')
    const other = world.database.scope(tenantId, { caps: ['manifests:read', 'manifests:write'] })
    expect(await world.run(other, current, { tool: 'refund' })).toEqual({ manifest: null })
    const mine = (await pinOf([{ name: 'mine', mutates: false }])).pinManifest.manifests[0]!
    for (const manifestId of [mine.id, 'garbled', '01900000-0000-7000-8000-000000000000']) {
      expect(await world.run(other, quarantine, { input: { manifestId, reason: 'x' } })).toMatchObject({
        quarantineManifest: { code: 'UNKNOWN_MANIFEST' },
      })
    }
  })

  test('pages through all manifests once', async () => {
    const seen: string[] = []
    let after: string | null = null
    do {
      const page: { manifests: { nodes: Manifest[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } } =
        await world.run(
          world.admin(),
          'query l($after: String) { manifests(first: 33, after: $after, server: "billing") { nodes { tool version } pageInfo { hasNextPage endCursor } } }',
          { after },
        )
      seen.push(...page.manifests.nodes.map(({ tool, version }) => `${tool}@${version}`))
      after = page.manifests.pageInfo.hasNextPage ? page.manifests.pageInfo.endCursor : null
    } while (after !== null)
    const [all] = await world.database.asSuperuser<{ count: string }>(
      'SELECT count(*) FROM passport.manifest WHERE tenant_id = $1',
      [world.tenantId],
    )
    expect(seen).toHaveLength(Number(all!.count))
    expect(new Set(seen).size).toBe(seen.length)
  })
})

describe('quarantine', () => {
  test('is not lifted by pinning, the same bytes or others', async () => {
    const tool = { name: 'suspect', description: 'one', mutates: true }
    const one = (await pinOf([tool])).pinManifest.manifests[0]!
    const input = { manifestId: one.id, reason: 'its description changed at night' }
    expect(await world.run(world.admin({ kind: 'api_key' }), quarantine, { input })).toMatchObject({
      quarantineManifest: { manifest: { id: one.id, state: 'QUARANTINED' } },
    })
    expect(await world.run(world.admin(), quarantine, { input })).toMatchObject({
      quarantineManifest: { code: 'ALREADY_QUARANTINED' },
    })
    expect((await pinOf([tool])).pinManifest.manifests[0]).toMatchObject({ id: one.id, state: 'QUARANTINED' })
    const two = (await pinOf([{ ...tool, description: 'two' }])).pinManifest.manifests[0]!
    expect(two).toMatchObject({ version: 2, state: 'QUARANTINED' })
    expect(await world.run(world.admin(), quarantine, { input })).toMatchObject({
      quarantineManifest: { code: 'NOT_CURRENT' },
    })
  })

  test('ends by a person’s word about exactly these bytes', async () => {
    const now = (await world.run<{ manifest: Manifest }>(world.admin(), current, { tool: 'suspect' })).manifest
    const input = { manifestId: now.id, hash: now.hash, reason: 'read the new description' }
    for (const kind of ['api_key', 'agent', 'service'] as const) {
      expect(await world.run(world.admin({ kind }), release, { input })).toMatchObject({
        releaseManifest: { code: 'NOT_A_PERSON' },
      })
    }
    expect(await world.run(world.admin(), release, { input: { ...input, hash: '00'.repeat(32) } })).toMatchObject({
      releaseManifest: { code: 'NOT_CURRENT' },
    })
    expect(await world.run(world.admin(), release, { input })).toMatchObject({
      releaseManifest: { manifest: { state: 'PINNED' } },
    })
    expect(await world.run(world.admin(), release, { input })).toMatchObject({
      releaseManifest: { code: 'NOT_CURRENT' },
    })
  })

  test('a superseded version never counts again, in the engine too', async () => {
    await expect(
      world.database.asSuperuser(
        `UPDATE passport.manifest SET state = 'PINNED' WHERE tenant_id = $1 AND tool = 'suspect' AND version = 1`,
        [world.tenantId],
      ),
    ).rejects.toMatchObject({ code: 'MU010' })
  })
})

describe('the manifest hash', () => {
  test('differs whenever any field differs, and only then', () => {
    const tool = fc.record({
      name: fc.string({ minLength: 1, maxLength: 8 }).filter((name) => !name.includes('\0')),
      description: fc.string({ maxLength: 8 }),
      inputSchema: fc.jsonValue({ maxDepth: 2 }),
      mutates: fc.boolean(),
    })
    fc.assert(
      fc.property(tool, tool, fc.string({ minLength: 1, maxLength: 4 }), (a, b, server) => {
        const [x, y] = [canonicalTool(server, a), canonicalTool(server, b)]
        expect(x.hash === y.hash).toBe(x.canonical.equals(y.canonical))
        expect(canonicalTool(`${server}x`, a).hash).not.toBe(x.hash)
        expect(canonicalTool(server, { ...a, mutates: !a.mutates }).hash).not.toBe(x.hash)
      }),
    )
  })

  test('is the one docs/specs/manifest.md prints', () => {
    const page = readFileSync(new URL('../../../../docs/specs/manifest.md', import.meta.url), 'utf8')
    const vectors = JSON.parse(/^```json vectors\n([\s\S]*?)^```$/m.exec(page)![1]!) as {
      manifest: ToolDescription & { server: string }
      canonical: string
      hash: string
    }[]
    expect(vectors).toHaveLength(2)
    for (const { manifest, canonical, hash } of vectors) {
      const made = canonicalTool(manifest.server, manifest)
      expect(made.canonical.toString('utf8')).toBe(canonical)
      expect(made.hash).toBe(hash)
    }
  })

  test('an absent description and schema are explicit', () => {
    expect(canonicalTools('s', [{ name: 't', mutates: false }])[0]!.canonical.toString()).toBe(
      '{"description":"","inputSchema":null,"mutates":false,"name":"t","server":"s"}',
    )
  })
})
