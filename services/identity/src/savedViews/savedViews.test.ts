/** Saved views: whose they are, who reads them, what is accepted, and what the record says of them. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWorld, type Actor, type Company, type World } from '../testing/world.ts'
import { search, viewsMax, type SavedView } from './savedView.ts'

let world: World
let company: Company
let ada: Actor
let vic: Actor

beforeAll(async () => {
  world = await startWorld()
  company = world.northwind
  ada = await world.person(company, 'ada', [{ role: 'tenant-admin', unit: null }])
  vic = await world.person(company, 'vic', [{ role: 'viewer', unit: company.units.payments }])
})
afterAll(() => world?.stop())

const fields = '{ id name screen search isShared isMine createdAt }'
const views = async (by: Actor, screen?: string): Promise<SavedView[]> =>
  (
    await world.run<{ savedViews: SavedView[] }>(
      by.scope,
      `query ($screen: String) { savedViews(screen: $screen) ${fields} }`,
      { screen },
    )
  ).savedViews
async function save(by: Actor, part: object): Promise<SavedView> {
  const input = { name: 'mine', screen: 'directory', search: '?q=1', ...part }
  const answer = await world.mutate(by.scope, 'saveView', input, `... on ViewSaved { view ${fields} }`)
  expect(answer, JSON.stringify(answer)).toMatchObject({ __typename: 'ViewSaved' })
  return (answer as unknown as { view: SavedView }).view
}
const remove = (by: Actor, id: string) => world.mutate(by.scope, 'deleteView', { id })

test('a personal view is there for whoever saved it and for nobody else', async () => {
  const saved = await save(vic, { name: 'frozen ones', search: '?filter=status%3AFROZEN' })
  expect(await views(vic, 'directory')).toEqual([
    { ...saved, name: 'frozen ones', search: '?filter=status%3AFROZEN', isShared: false, isMine: true },
  ])
  expect(await views(vic, 'ledger')).toEqual([])
  expect(await views(vic, '/../')).toEqual([])
  expect((await views(ada)).map(({ id }) => id)).not.toContain(saved.id)
  expect(await remove(ada, saved.id)).toMatchObject({ code: 'UNKNOWN_VIEW' })
  expect(await remove(vic, saved.id)).toMatchObject({ __typename: 'ViewDeleted' })
  expect(await views(vic)).toEqual([])
})

test('a shared view is read by everybody of the tenant, and taken down by its maker or an administrator of all', async () => {
  const lead = await world.person(company, 'lea', [{ role: 'org-admin', unit: company.units.support }])
  const elsewhere = await world.person(world.contoso, 'eve', [{ role: 'tenant-admin', unit: null }])
  const [one, two] = [await save(vic, { name: 'b', isShared: true }), await save(vic, { name: 'a', isShared: true })]
  expect((await views(lead)).map(({ name, isMine, isShared }) => ({ name, isMine, isShared }))).toEqual([
    { name: 'a', isMine: false, isShared: true },
    { name: 'b', isMine: false, isShared: true },
  ])
  expect(await views(elsewhere)).toEqual([])
  expect(await remove(lead, one.id)).toMatchObject({ code: 'UNKNOWN_VIEW' })
  expect(await remove(elsewhere, one.id)).toMatchObject({ code: 'UNKNOWN_VIEW' })
  expect(await remove(ada, one.id)).toMatchObject({ __typename: 'ViewDeleted' })
  expect(await remove(vic, two.id)).toMatchObject({ __typename: 'ViewDeleted' })
  expect(await views(lead)).toEqual([])
})

test('saving under the same name and screen replaces; another screen or person has a view of their own', async () => {
  const first = await save(vic, { name: 'mornings', search: '?a=1' })
  const again = await save(vic, { name: ' mornings ', search: '?a=2', isShared: true })
  expect(again).toEqual({ ...first, search: '?a=2', isShared: true })
  await save(vic, { name: 'mornings', screen: 'ledger' })
  const theirs = await save(ada, { name: 'mornings', search: '?a=3' })
  expect(await views(vic)).toHaveLength(2)
  // Saving under a shared view's name does not touch the other person's.
  expect((await views(ada, 'directory')).map(({ search: of }) => of).toSorted()).toEqual(['?a=2', '?a=3'])
  for (const { id } of (await views(vic)).filter(({ isMine }) => isMine)) await remove(vic, id)
  await remove(ada, theirs.id)
})

test('views of one person saved at once are all counted, and the one too many is refused', async () => {
  const busy = await world.person(company, 'bea', [{ role: 'viewer', unit: company.units.support }])
  for (let made = 0; made < viewsMax - 2; made += 14) {
    await Promise.all(Array.from({ length: 14 }, (_, index) => save(busy, { name: `view ${made + index}` })))
  }
  expect(await views(busy)).toHaveLength(viewsMax - 2)
  const last = await Promise.all(
    ['x', 'y', 'z'].map((name) => world.mutate(busy.scope, 'saveView', { name, screen: 'directory', search: '' })),
  )
  expect(last.map(({ __typename, code }) => code ?? __typename).toSorted()).toEqual([
    'TOO_MANY_VIEWS',
    'ViewSaved',
    'ViewSaved',
  ])
  await save(busy, { name: 'view 1', search: '?still=replaced' })
})

describe('what is accepted', () => {
  const refused = (part: object) =>
    world.mutate(vic.scope, 'saveView', { name: 'n', screen: 'directory', search: '', ...part })

  test.each([
    ['an address', { search: 'https://evil.example/?a' }],
    ['another host', { search: '//evil.example' }],
    ['a script', { search: 'javascript:alert(1)' }],
    ['a fragment', { search: '?a#b' }],
    ['markup', { search: '?a=<img>' }],
    ['a backslash', { search: '?\\\\evil.example' }],
    ['a line break', { search: '?a\n' }],
    ['bare words', { search: 'a=b' }],
    ['too much', { search: `?${'a'.repeat(2_000)}` }],
    ['a path as screen', { screen: '../approvals' }],
    ['no name', { name: '  ' }],
    ['a long name', { name: 'n'.repeat(81) }],
    ['a name with controls', { name: 'a\u0007' }],
  ])('is not %s', async (_, part) => {
    expect(await refused(part)).toMatchObject({ __typename: 'Refused', code: 'INVALID_INPUT' })
  })

  test('is every query string a browser writes, and it stays on the screen’s own path', () => {
    const origin = 'https://muster.example'
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string({ unit: 'grapheme' }))), (pairs) => {
        const text = new URLSearchParams(
          pairs.map(([key, value]): [string, string] => [key.toWellFormed(), value.toWellFormed()]),
        )
        const asked = pairs.length === 0 ? '' : `?${text.toString()}`
        expect(search.safeParse(asked).success).toBe(asked.length <= 2_000)
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', '?'), (text, mark) => {
        const { success } = search.safeParse(mark + text)
        if (!success) return
        const url = new URL(`${origin}/directory${mark}${text}`)
        expect([url.origin, url.pathname, url.hash]).toEqual([origin, '/directory', ''])
      }),
    )
  })
})

test('keys and agents have no views', async () => {
  for (const kind of ['api_key', 'agent', 'service'] as const) {
    const by = world.scope(company, { ...ada.scope.claims, kind })
    await expect(world.run(by, '{ savedViews { id } }')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    for (const [name, input] of [
      ['saveView', { name: 'n', screen: 'directory', search: '' }],
      ['deleteView', { id: 'x' }],
    ] as const)
      await expect(world.mutate(by, name, input)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  }
})

test('names and searches stand nowhere in clear: not in the table, not in the record', async () => {
  const saved = await save(vic, { name: 'about jane.doe', search: '?owner=jane.doe%40example.com' })
  const rows = await world.database.asSuperuser<{ text: string }>(
    `SELECT v::text || encode(v.sealed, 'escape') AS text FROM identity.saved_view v
     UNION ALL SELECT r::text || encode(r.body, 'escape') FROM ledger.receipt r`,
  )
  expect(rows.length).toBeGreaterThan(2)
  expect(rows.map(({ text }) => text).join()).not.toContain('jane')
  const [receipt] = (await world.receipts(company, 'view.saved')).slice(-1)
  expect(receipt).toMatchObject({
    subject: { id: saved.id },
    data: { isShared: false, screen: 'directory', version: 1 },
  })
  await remove(vic, saved.id)
})

test('a forgotten person’s views are gone from every list, and the others stay', async () => {
  const gone = await world.person(company, 'gus', [{ role: 'viewer', unit: company.units.support }])
  await save(gone, { name: 'theirs', isShared: true })
  const kept = await save(vic, { name: 'kept', isShared: true })
  await world.database.asSuperuser(
    "UPDATE passport.data_key SET wrapped = NULL, destroyed_at = muster.now() WHERE subject = $1 AND class = 'person'",
    [gone.id],
  )
  const fresh = await world.freshIdentity()
  const { data, errors } = await fresh.execute({ query: '{ savedViews { name } }', handovers: ada.scope.handovers })
  expect(errors).toBeUndefined()
  expect(data?.['savedViews']).toContainEqual({ name: 'kept' })
  expect(JSON.stringify(data)).not.toContain('theirs')
  await remove(vic, kept.id)
})
