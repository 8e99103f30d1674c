/**
 * The hierarchy under random change: closure and paths equal what a plain
 * tree says, a cycle is refused, also when two moves each close half of it.
 */
import { newId } from '@muster/kernel'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeWorld, type Session, type Side, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world?.stop())

interface Unit {
  id: string
  parent: Unit | null
}

/** What a random step does; numbers pick among the units there are. */
type Step = { do: 'add' | 'move'; unit: number; below: number } | { do: 'rename'; unit: number }

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('add', 'move'), unit: fc.nat(), below: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('rename'), unit: fc.nat() }) },
  ),
  { minLength: 1, maxLength: 24 },
) as fc.Arbitrary<Step[]>

function pathOf(unit: Unit): string[] {
  return unit.parent === null ? [unit.id] : [unit.id, ...pathOf(unit.parent)]
}

async function insertUnit(session: Session, side: Side, unit: Unit): Promise<void> {
  await session.query(
    "INSERT INTO workforce.org_unit (tenant_id, id, parent_id, kind, name) VALUES ($1, $2, $3, 'team', $4)",
    [side.tenantId, unit.id, unit.parent?.id ?? null, unit.id],
  )
}

test('closure and paths equal a recomputation after any additions, moves and renames', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      await world.as('muster_workforce', world.handover('muster_workforce', world.a), async (session) => {
        const units: Unit[] = []
        for (const step of list) await apply(session, units, step)
        await session.query('SET CONSTRAINTS ALL IMMEDIATE')
        const { rows: paths } = await session.query<{ id: string; path: string[] }>(
          'SELECT id, path FROM workforce.org_unit WHERE id = ANY ($1)',
          [units.map(({ id }) => id)],
        )
        expect(new Map(paths.map(({ id, path }) => [id, path]))).toEqual(
          new Map(units.map((unit) => [unit.id, pathOf(unit)])),
        )
        const { rows: closure } = await session.query<{ pair: string }>(
          `SELECT concat_ws(' ', descendant_id, ancestor_id, depth) AS pair FROM workforce.org_closure WHERE descendant_id = ANY ($1) OR ancestor_id = ANY ($1)`,
          [units.map(({ id }) => id)],
        )
        expect(closure.map(({ pair }) => pair).toSorted()).toEqual(
          units.flatMap((unit) => pathOf(unit).map((ancestor, depth) => `${unit.id} ${ancestor} ${depth}`)).toSorted(),
        )
      })
    }),
    { numRuns: 40 },
  )
})

async function apply(session: Session, units: Unit[], step: Step): Promise<void> {
  if (step.do === 'add') {
    const unit = { id: newId(), parent: units.length === 0 ? null : units[step.below % units.length]! }
    await insertUnit(session, world.a, unit)
    units.push(unit)
    return
  }
  const unit = units[step.unit % Math.max(1, units.length)]
  if (unit === undefined) return
  if (step.do === 'rename') {
    await session.query('UPDATE workforce.org_unit SET name = $2 WHERE id = $1', [unit.id, newId()])
    return
  }
  // One more than there are: to the top.
  const parent = units[step.below % (units.length + 1)] ?? null
  const move = session.query('UPDATE workforce.org_unit SET parent_id = $2 WHERE id = $1', [
    unit.id,
    parent?.id ?? null,
  ])
  if (parent !== null && pathOf(parent).includes(unit.id)) {
    await expect(move).rejects.toMatchObject({ code: 'MU001' })
  } else {
    await move
    unit.parent = parent
  }
}

test('an insert that is skipped leaves no trace in the closure', async () => {
  await world.as('muster_workforce', world.handover('muster_workforce', world.a), async (session) => {
    const ghost = newId()
    await session.query(
      `INSERT INTO workforce.org_unit (tenant_id, id, parent_id, kind, name) VALUES ($1, $2, $3, 'team', 'team 1') ON CONFLICT DO NOTHING`,
      [world.a.tenantId, ghost, world.a.root],
    )
    const { rows } = await session.query('SELECT 1 FROM workforce.org_closure WHERE descendant_id = $1', [ghost])
    expect(rows).toEqual([])
  })
})

test('a child written before its parent in one statement stands below it all the same, or is refused', async () => {
  await world.as('muster_workforce', world.handover('muster_workforce', world.a), async (session) => {
    const [parent, child] = [newId(), newId()]
    const inserted = await session
      .query(
        `INSERT INTO workforce.org_unit (tenant_id, id, parent_id, kind, name)
         VALUES ($1, $3, $2, 'team', 'child'), ($1, $2, NULL, 'team', 'parent')`,
        [world.a.tenantId, parent, child],
      )
      .then(
        () => true,
        () => false,
      )
    if (!inserted) return
    const { rows } = await session.query<{ path: string[] }>('SELECT path FROM workforce.org_unit WHERE id = $1', [
      child,
    ])
    expect(rows[0]!.path).toEqual([child, parent])
  })
})

test('of two moves that together close a cycle, one is refused', async () => {
  const clients = [1, 2].map(() => new pg.Client({ connectionString: world.database.url('muster_workforce') }))
  const claims = world.handover('muster_workforce', world.b)
  const [left, right] = world.b.teams.map(({ unit }) => unit)
  const begin = async (client: pg.Client): Promise<void> => {
    await client.connect()
    await client.query('BEGIN')
    await client.query("SELECT set_config('request.jwt.claims', $1, true)", [claims])
  }
  const move = (client: pg.Client, unit: string, below: string): Promise<unknown> =>
    client.query('UPDATE workforce.org_unit SET parent_id = $2 WHERE id = $1', [unit, below])
  try {
    for (const client of clients) await begin(client)
    const [first, second] = clients as [pg.Client, pg.Client]
    await move(first, left!, right!)
    const other = move(second, right!, left!)
    const outcome = expect(other).rejects.toMatchObject({ code: 'MU001' })
    await first.query('COMMIT')
    await outcome
  } finally {
    for (const client of clients) await client.end()
  }
})
