/**
 * One attempt for every function that runs as its owner and that some service
 * may call: tenant B's ids, asked about under tenant A's widest claims.
 *
 * A function without a case fails the test. Functions that no login role may
 * execute, and trigger functions, need none: the test proves that they cannot
 * be called.
 */
import { randomBytes } from 'node:crypto'
import { newId } from '@muster/kernel'
import { expect } from 'vitest'
import type { LoginRole } from '../migrate.ts'
import { decideBatch } from './decideBatch.ts'
import type { Session, Side, World } from './world.ts'

export interface Attempt {
  world: World
  role: LoginRole
  session: Session
  /** Whose claims are set. */
  ours: Side
  /** Whose ids are asked about. */
  theirs: Side
}

type Case = (attempt: Attempt) => Promise<void>

const idOf = (side: Side, table: string, column = 'id'): string =>
  side.rows.find((row) => row.table === table)!.image[column] as string

/** The single value of a single row. */
async function one(session: Session, sql: string, values: unknown[] = []): Promise<unknown> {
  const { rows } = await session.query<Record<string, unknown>>(sql, values)
  expect(rows.length).toBeLessThanOrEqual(1)
  return rows[0] === undefined ? undefined : Object.values(rows[0])[0]
}

async function column(session: Session, sql: string, values: unknown[] = []): Promise<unknown[]> {
  const { rows } = await session.query<Record<string, unknown>>(sql, values)
  return rows.map((row) => Object.values(row)[0])
}

const agents = (side: Side): string[] => side.teams.map(({ agent }) => agent)
const units = (side: Side): string[] => [side.root, ...side.teams.map(({ unit }) => unit)]

export const functionCases: Readonly<Record<string, Case>> = {
  'muster.handed_over': async ({ session, ours, theirs }) => {
    const text = await one(session, 'SELECT muster.handed_over()')
    expect(text).toContain(ours.tenantId)
    expect(text).not.toContain(theirs.tenantId)
  },
  'muster.scope_agents': async ({ session, ours }) => {
    expect((await one(session, 'SELECT muster.scope_agents()')) as string[]).toEqual(
      expect.arrayContaining(agents(ours)),
    )
    expect(await one(session, 'SELECT cardinality(muster.scope_agents())')).toBe(2)
  },
  'muster.scope_units': async ({ world, role, ours, theirs }) => {
    const units = [ours.teams[0].unit, theirs.root, theirs.teams[0].unit]
    const claims = world.handover(role, ours, { all: false, units })
    const seen = await world.as(role, claims, (session) => one(session, 'SELECT muster.scope_units()'))
    expect(seen).toEqual([ours.teams[0].unit])
  },
  'identity.scope_owners': async ({ session, ours }) => {
    const owners = (await one(session, 'SELECT identity.scope_owners()')) as string[]
    expect(owners.toSorted()).toEqual(ours.teams.map(({ lead }) => lead).toSorted())
  },
  'identity.accept_transfer': async ({ world, session, theirs }) => {
    expect(
      await one(session, 'SELECT identity.accept_transfer($1)', [idOf(theirs, 'workforce.transfer_offer')]),
    ).toBeNull()
    const [offer] = await world.database.asSuperuser<{ status: string }>(
      'SELECT status FROM workforce.transfer_offer WHERE id = $1',
      [idOf(theirs, 'workforce.transfer_offer')],
    )
    expect(offer!.status).toBe('OFFERED')
  },
  // Asked before a tenant is known: it answers to who holds the secret already, and only with ids and a hash.
  'identity.door_lookup': async ({ session, theirs }) => {
    const { rows, fields } = await session.query("SELECT * FROM identity.door_lookup('session', $1)", [randomBytes(32)])
    expect(rows).toEqual([])
    expect(fields.map(({ name }) => name)).toEqual(['tenant_id', 'ref_id', 'hash'])
    expect(await column(session, "SELECT ref_id FROM identity.door_lookup('tenant', $1)", [theirs.slug])).toEqual([
      theirs.tenantId,
    ])
  },
  'identity.principal': async ({ world, role, ours, theirs }) => {
    for (const [kind, sub] of [
      ['api_key', idOf(theirs, 'identity.api_key')],
      ['person', theirs.teams[0].lead],
    ]) {
      const claims = world.handover(role, ours, { sub: sub! })
      expect(
        await world.as(role, claims, (session) => one(session, 'SELECT identity.principal($1)', [kind])),
      ).toBeNull()
    }
  },
  'identity.headcount': async ({ world, session, ours }) => {
    const counted = await session.query('SELECT agents::int, people::int FROM identity.headcount()')
    const own = await world.database.asSuperuser(
      `SELECT (SELECT count(*)::int FROM identity.agent WHERE tenant_id = $1 AND status <> 'REVOKED') AS agents,
              (SELECT count(*)::int FROM identity.person WHERE tenant_id = $1 AND status = 'ACTIVE') AS people`,
      [ours.tenantId],
    )
    expect(counted.rows).toEqual(own)
  },
  'identity.tenant_standing': async ({ world, role, ours, theirs }) => {
    // Our own tenant alone, whosever id is the subject.
    const claims = world.handover(role, ours, { sub: idOf(theirs, 'identity.api_key') })
    const said = await world.as(role, claims, (session) => one(session, "SELECT identity.tenant_standing('api_key')"))
    expect(said).toMatchObject({ suspended: false })
  },
  'identity.session_person': async ({ session, theirs }) => {
    expect(
      (await one(session, 'SELECT identity.session_person($1)', [idOf(theirs, 'identity.session')])) ?? null,
    ).toBeNull()
  },
  'identity.agent_key_of_subject': async ({ world, role, ours, theirs }) => {
    const claims = world.handover(role, ours, { sub: idOf(theirs, 'identity.api_key'), kind: 'service' })
    expect(await world.as(role, claims, (session) => one(session, 'SELECT identity.agent_key_of_subject()'))).toBeNull()
  },
  'identity.token_stands': async ({ session, ours, theirs }) => {
    const stands = (side: Side): Promise<unknown> =>
      one(session, "SELECT identity.token_stands($1, '2000-01-01', $2)", [
        idOf(side, 'identity.revoked_token'),
        idOf(side, 'identity.api_key'),
      ])
    // Theirs was given back as well, and is a token like any other here: nothing of it is told.
    expect([await stands(ours), await stands(theirs)]).toEqual([null, null])
  },
  'identity.raise_scope_epoch': async ({ world, session, ours, theirs }) => {
    await session.query('SELECT identity.raise_scope_epoch()')
    // Ours is locked until rollback; theirs was not touched.
    const free = (side: Side): Promise<unknown> =>
      world.database.asSuperuser('SELECT 1 FROM identity.tenant WHERE id = $1 FOR UPDATE NOWAIT', [side.tenantId])
    await expect(free(ours)).rejects.toMatchObject({ code: '55P03' })
    await expect(free(theirs)).resolves.toHaveLength(1)
  },
  'identity.tenant_ids': async ({ session, ours, theirs }) => {
    const { rows, fields } = await session.query<{ tenant_ids: string }>('SELECT * FROM identity.tenant_ids()')
    expect(fields).toHaveLength(1)
    expect(rows.map((row) => row.tenant_ids).toSorted()).toEqual([ours.tenantId, theirs.tenantId].toSorted())
  },
  'workforce.grant_initial': async ({ session, theirs }) => {
    await expect(
      session.query("SELECT workforce.grant_initial($1, ARRAY[$2::uuid], '{crm}', '{NULL}', '{NULL}')", [
        theirs.teams[0].agent,
        newId(),
      ]),
    ).rejects.toMatchObject({ code: 'MU005' })
  },
  'workforce.unit_paths': async ({ session, ours, theirs }) => {
    const { rows } = await session.query<{ unit_id: string }>('SELECT unit_id FROM workforce.unit_paths($1)', [
      [...units(ours), ...units(theirs)],
    ])
    expect(rows.map(({ unit_id }) => unit_id).toSorted()).toEqual(units(ours).toSorted())
  },
  'ledger.append': async ({ world, role, session, ours, theirs }) => {
    const [known] = await world.database.asSuperuser<{ type: string }>(
      'SELECT type FROM ledger.receipt_type WHERE writer = $1 LIMIT 1',
      [role],
    )
    const append = (type: string): Promise<unknown> =>
      one(
        session,
        `SELECT ledger.append(ARRAY[$1::uuid], ARRAY[$2], ARRAY['agent'], ARRAY[$3::text], ARRAY[$3::uuid], ARRAY[NULL]::text[], ARRAY[$4], ARRAY['{}'], ARRAY[NULL]::bytea[])`,
        [newId(), type, theirs.teams[0].agent, randomBytes(16).toString('hex')],
      )
    await expect(append('not.listed')).rejects.toMatchObject({ code: 'MU005' })
    // A receipt about an id that is no agent of ours lies in our ledger, stamped with nobody's team.
    const head = await seqOf(world, theirs)
    expect(Number(await append(known!.type))).toBe((await seqOf(world, ours)) + 1)
    expect(await seqOf(world, theirs)).toBe(head)
  },
  'ledger.lock_head': async ({ world, session, ours, theirs }) => {
    expect(Number(await one(session, 'SELECT ledger.lock_head()'))).toBe(await seqOf(world, ours))
    await expect(
      world.database.asSuperuser('SELECT 1 FROM ledger.head WHERE tenant_id = $1 FOR UPDATE NOWAIT', [theirs.tenantId]),
    ).resolves.toHaveLength(1)
  },
  'ledger.open_epoch': async ({ world, session, ours, theirs }) => {
    const seq = await seqOf(world, ours)
    const origin = `muster.log/${randomBytes(16).toString('hex')}`
    await session.query("SELECT ledger.open_epoch($1, $2, '', 1, 1, $3)", [origin, seq, newId()])
    const [head] = await world.database.asSuperuser<{ origin: string }>(
      'SELECT origin FROM ledger.head WHERE tenant_id = $1 FOR UPDATE NOWAIT',
      [theirs.tenantId],
    )
    expect(head!.origin).toBe(theirs.origin)
  },
  // An origin is 128 random bits that only a tenant's own people and its auditors know.
  'ledger.tenant_of_origin': async ({ session, theirs }) => {
    expect(await one(session, 'SELECT ledger.tenant_of_origin($1)', [theirs.origin])).toBe(theirs.tenantId)
    expect(await one(session, 'SELECT ledger.tenant_of_origin($1)', [`muster.log/${'0'.repeat(32)}`])).toBeNull()
  },
  'passport.data_key_by_id': async ({ session, theirs }) => {
    const id = idOf(theirs, 'passport.data_key')
    expect((await session.query('SELECT * FROM passport.data_key_by_id($1)', [id])).rows).toEqual([])
  },
  'passport.data_key_for': async ({ session, theirs }) => {
    const row = theirs.rows.find(({ table }) => table === 'passport.data_key')!.image
    const offered = newId()
    const { rows } = await session.query<{ id: string }>(
      'SELECT id FROM passport.data_key_for($1, $2, $3, $4, $5, $6)',
      [row['class'], row['month'], row['subject'], row['generation'], offered, randomBytes(60)],
    )
    expect(rows.map(({ id }) => id)).toEqual([offered])
  },
  'passport.permit_keys': async ({ session, ours, theirs }) => {
    const keys = (side: Side): unknown[] =>
      side.rows
        .filter(({ table, image }) => table === 'passport.signing_key' && image['purpose'] === 'permit')
        .map(({ image }) => image['id'])
    expect(keys(theirs)).toHaveLength(1)
    expect(await column(session, 'SELECT id FROM passport.permit_keys()')).toEqual(keys(ours))
  },
  'guard.standing': async ({ session, theirs }) => {
    expect(
      await column(session, "SELECT guard.standing($1, '{crm,crm}', '{read,read}', '{NULL,NULL}')", [agents(theirs)]),
    ).toEqual([null, null])
  },
  'guard.load_standing': async ({ world, role, session, ours, theirs }) => {
    const load = (token: string): Promise<unknown[]> =>
      column(session, "SELECT guard.load_standing($1, $2, '{crm,crm}', '{read,read}', '{NULL,NULL}')", [
        token,
        agents(theirs),
      ])
    expect(await load(world.handover(role, ours))).toEqual([null, null])
    await expect(load(world.handover('muster_guard', theirs))).rejects.toMatchObject({ code: 'MU003' })
  },
  'guard.load_approval_facts': async ({ world, role, session, ours, theirs }) => {
    const load = (token: string): Promise<unknown> =>
      one(session, 'SELECT guard.load_approval_facts($1, $2, true)', [token, idOf(theirs, 'guard.approval')])
    expect(await load(world.handover(role, ours))).toBeNull()
    await expect(load(world.handover('muster_guard', theirs))).rejects.toMatchObject({ code: 'MU003' })
  },
  'guard.load_authority': async ({ world, role, session, ours, theirs }) => {
    const load = (token: string, person: string): Promise<unknown> =>
      one(session, 'SELECT guard.load_authority($1, $2, $3, $4)', [
        token,
        person,
        idOf(theirs, 'guard.approval'),
        idOf(theirs, 'identity.agent'),
      ])
    expect(await load(world.handover(role, ours), idOf(theirs, 'identity.person'))).toBeNull()
    expect(await load(world.handover(role, ours), idOf(ours, 'identity.person'))).toMatchObject({
      facts: null,
      path: null,
    })
    await expect(load(world.handover('muster_guard', theirs), idOf(theirs, 'identity.person'))).rejects.toMatchObject({
      code: 'MU003',
    })
  },
  'guard.cast_vote': async ({ world, role, session, ours, theirs }) => {
    const { rows } = await session.query<{ code: string }>(
      `SELECT code FROM guard.cast_vote($1, $2, NULL, $3, 'APPROVE', NULL, 'APPROVED', 1, muster.now(), '{}', '{}', '{}', '{}', '{}')`,
      [world.handover(role, ours), idOf(theirs, 'guard.approval'), randomBytes(32)],
    )
    expect(rows).toEqual([{ code: 'UNKNOWN' }])
  },
  'guard.redeem': async ({ world, role, session, ours, theirs }) => {
    const { rows } = await session.query<{ code: string }>(
      "SELECT code FROM guard.redeem($1, $2, NULL, NULL, $3, $4, NULL, $3, $4, $5, '{}')",
      [
        world.handover(role, ours),
        idOf(theirs, 'guard.decision'),
        randomBytes(32),
        newId(),
        randomBytes(16).toString('hex'),
      ],
    )
    expect(rows).toEqual([{ code: 'UNKNOWN_PERMIT' }])
  },
  'guard.decide': async ({ world, role, session, ours, theirs }) => {
    const decide = (handovers: string[]): Promise<unknown> =>
      decideBatch(session, {
        items: handovers.map((handover) => ({ handover, stand: 1 })),
        agents: [theirs.teams[0].agent],
      })
    const own = world.handover(role, ours)
    expect(await decide([own])).toEqual([{ reached: false, seq: null }])
    await expect(decide([own, world.handover(role, theirs)])).rejects.toMatchObject({ code: 'MU003' })
    await expect(decide([own, world.handover('muster_guard', ours)])).rejects.toMatchObject({ code: 'MU003' })
  },
  'guard.report_reach': async ({ world, role, session, ours, theirs }) => {
    const report = (ids: string[], token = world.handover(role, ours)): Promise<unknown> =>
      one(session, 'SELECT guard.report_reach($1, $2, $3, $3, $4, $5)', [
        token,
        ids,
        newId(),
        [newId(), newId()],
        [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')],
      ])
    expect(await report([newId()])).toBe(false)
    expect(await report([ours.teams[0].agent])).toBe(false)
    const head = await seqOf(world, theirs)
    expect(await report([newId(), theirs.teams[0].agent])).toBe(true)
    expect(await seqOf(world, theirs)).toBe(head)
    await expect(report([newId()], world.handover('muster_guard', theirs))).rejects.toMatchObject({ code: 'MU003' })
  },
  'guard.join_incident': async ({ world, session, ours, theirs }) => {
    const finding = idOf(theirs, 'guard.finding')
    await world.database.asSuperuser("UPDATE guard.finding SET severity = 'high' WHERE id = $1", [finding])
    const joined = (id: string): Promise<unknown[]> =>
      column(session, 'SELECT incident FROM guard.join_incident($1, $2)', [id, newId()])
    expect(await joined(finding)).toEqual([])
    expect(
      await world.database.asSuperuser('SELECT 1 FROM guard.finding WHERE id = $1 AND incident_id IS NULL', [finding]),
    ).toHaveLength(1)
    await world.database.asSuperuser("UPDATE guard.finding SET severity = 'high' WHERE id = $1", [
      idOf(ours, 'guard.finding'),
    ])
    expect(await joined(idOf(ours, 'guard.finding'))).toHaveLength(1)
  },
  'guard.last_allowed': async ({ session, theirs }) => {
    const decision = theirs.rows.find(({ table }) => table === 'guard.decision')!.image
    const used = await column(
      session,
      "SELECT used_at FROM guard.last_allowed(agents => ARRAY[$1::uuid], tools => ARRAY[$2], actions => ARRAY[NULL]::text[], starts => '{-infinity}', ends => '{NULL}')",
      [decision['agent_id'], decision['tool']],
    )
    expect(used).toEqual([null])
  },
  'guard.last_decided': (call) => lastOf(call, 'guard.last_decided', 'guard.decision'),
  'scoring.last_reported': (call) => lastOf(call, 'scoring.last_reported', 'scoring.event'),
  'guard.decided_between': (call) => probedBetween(call, 'guard.decided_between', 'guard.decision'),
  'scoring.reported_between': (call) => probedBetween(call, 'scoring.reported_between', 'scoring.event'),
  'scoring.risk_at': async ({ world, session, ours, theirs }) => {
    await world.database.asSuperuser('UPDATE scoring.snapshot SET risk_score = 42')
    const [own, foreign] = [ours, theirs].map((side) => agentOf(side, 'scoring.snapshot'))
    const scored = (agent: unknown) =>
      column(session, "SELECT risk_score FROM scoring.risk_at(ARRAY[$1::uuid], 'infinity')", [agent])
    expect(await scored(foreign)).toEqual([null])
    expect(await scored(own)).toEqual([42])
  },
}

/** The last of one's own agent is an instant; of another tenant's there is none. */
async function lastOf({ session, ours, theirs }: Attempt, name: string, table: string): Promise<void> {
  const last = (side: Side) =>
    one(session, `SELECT f.at IS NOT NULL FROM ${name}(ARRAY[$1::uuid]) AS f (agent, at)`, [agentOf(side, table)])
  expect(await last(theirs)).toBe(false)
  expect(await last(ours)).toBe(true)
}

/** Asked for one's own agent it answers, for another tenant's it does not: what it finds is there on both sides. */
async function probedBetween({ session, ours, theirs }: Attempt, name: string, table: string): Promise<void> {
  const found = (side: Side) =>
    column(session, `SELECT agent FROM ${name}(ARRAY[$1::uuid], '-infinity', 'infinity') AS f (agent)`, [
      agentOf(side, table),
    ])
  expect(await found(theirs)).toEqual([])
  expect(await found(ours)).toEqual([agentOf(ours, table)])
}

const agentOf = (side: Side, table: string): unknown => side.rows.find((row) => row.table === table)!.image['agent_id']

async function seqOf(world: World, side: Side): Promise<number> {
  const [row] = await world.database.asSuperuser<{ seq: string }>('SELECT seq FROM ledger.head WHERE tenant_id = $1', [
    side.tenantId,
  ])
  return Number(row!.seq)
}
