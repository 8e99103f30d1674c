/**
 * (b) Ledger rows a second of one tenant beside single-row commits, and
 * (e) what row-level security costs a page of agents; both straight on a
 * durable PostgreSQL with our migrations, without a gateway in between.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { appendReceipts, inScope, migrate, openPool, provision, requestScope, withRequest } from '@muster/db'
import { startPostgres } from '@muster/db/embedded'
import { newId, signHandover, type Claims } from '@muster/kernel'
import pg from 'pg'
import { load, type Figures, type LoadOptions } from '../load.ts'
import { singleRowCommits } from './database.ts'

export interface InDatabaseFigures {
  /** Rows, not commits, a second. */
  ledgerRows: number
  batch: number
  singleRowCommits: Figures
  rls: { with: Figures; without: Figures }
}

const batch = 128
const agents = 10_000

export async function measureInDatabase(options: LoadOptions): Promise<InDatabaseFigures> {
  const home = mkdtempSync(join(tmpdir(), 'muster-bench-'))
  const postgres = await startPostgres({ home })
  try {
    await migrate(postgres.superuserUrl, { password: postgres.password })
    const key = randomBytes(32)
    await provision(postgres.superuserUrl, key, 0)
    const tenant = newId()
    const admin = new pg.Client({ connectionString: postgres.superuserUrl })
    await admin.connect()
    await admin.query('SELECT identity.open_tenant($1, $2, $2, $3, $4, $4)', [newId(), 'bench-group', tenant, 'bench'])
    await admin.query('SELECT ledger.open_log($1, $2)', [tenant, `muster.log/${randomBytes(16).toString('hex')}`])
    await fillAgents(admin, tenant)
    const scope = (part: Partial<Claims> = {}) => {
      const claims: Claims = {
        v: 1,
        aud: '',
        rid: 'bench-request',
        tenant_id: tenant,
        sub: newId(),
        kind: 'service',
        cred: 'bench',
        agent: null,
        caps: ['agents:read', 'ledger:read'],
        roles: [],
        all: true,
        units: [],
        epoch: 1,
        ceiling: 'UNKNOWN',
        exp: Math.floor(Date.now() / 1000) + 3_600,
        ...part,
      }
      return requestScope(
        Object.fromEntries(
          ['muster_guard', 'muster_identity'].map((role) => [role, signHandover({ ...claims, aud: role }, key)]),
        ),
      )
    }
    const ledger = await ledgerRows(postgres.url('muster_guard'), scope(), options)
    const single = await singleRowCommits(postgres.superuserUrl, { ...options, connections: 16 })
    const rls = await rlsCost(
      postgres.url('muster_identity'),
      postgres.superuserUrl,
      scope().handovers['muster_identity']!,
      tenant,
      options,
    )
    await admin.end()
    return { ledgerRows: ledger, batch, singleRowCommits: single, rls }
  } finally {
    await postgres.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

/** Batches as services append them, one commit in flight: a tenant has one head. */
async function ledgerRows(url: string, scope: ReturnType<typeof requestScope>, options: LoadOptions): Promise<number> {
  const pool = openPool({ url, role: 'muster_guard', max: 2 })
  try {
    const result = await load({ ...options, connections: 1 }, async () => {
      const receipts = Array.from({ length: batch }, () => ({
        type: 'session.started',
        subject: { type: 'session', id: newId() },
        data: { taint: 'TRUSTED_INTERNAL' },
      }))
      await inScope(scope, () => withRequest(pool, (tx) => appendReceipts(tx.query, receipts)))
      return true
    })
    return result.throughput * batch
  } finally {
    await pool.end()
  }
}

async function fillAgents(admin: pg.Client, tenant: string): Promise<void> {
  const owner = newId()
  await admin.query(
    "INSERT INTO identity.person (tenant_id, id, email_index, email_sealed, name_sealed) VALUES ($1, $2, sha256('bench'), '', '')",
    [tenant, owner],
  )
  await admin.query('ALTER TABLE identity.agent DISABLE TRIGGER USER')
  await admin.query(
    `INSERT INTO identity.agent (tenant_id, id, slug, display_name, owner_id, team_id)
     SELECT $1, gen_random_uuid(), 'agent-' || n, 'Agent ' || n, $2, gen_random_uuid() FROM generate_series(1, $3::integer) AS n`,
    [tenant, owner, agents],
  )
  await admin.query('ALTER TABLE identity.agent ENABLE TRIGGER USER')
  await admin.query('VACUUM ANALYZE identity.agent')
}

const pageColumns = 'id, slug, display_name, status, risk_tier'

/** The same page in the same kind of transaction: once under claims and policies, once as superuser with the tenant in the text. */
async function rlsCost(
  url: string,
  superuserUrl: string,
  handover: string,
  tenant: string,
  options: LoadOptions,
): Promise<{ with: Figures; without: Figures }> {
  const run = async (connectionString: string, prologue: string, text: string, values: unknown[]): Promise<Figures> => {
    const client = new pg.Client({ connectionString })
    await client.connect()
    try {
      return await load({ ...options, connections: 1 }, async (_, turn) => {
        await client.query('BEGIN')
        await client.query({ name: 'prologue', text: prologue, values: [handover] })
        const { rows } = await client.query({
          name: 'page',
          text,
          values: [...values, `agent-${1_000 + (turn % 9_000)}`],
        })
        await client.query('COMMIT')
        return rows.length > 0
      })
    } finally {
      await client.end()
    }
  }
  const claims = "SELECT set_config('request.jwt.claims', $1, true)"
  const guarded = await run(
    url,
    claims,
    `SELECT ${pageColumns} FROM identity.agent WHERE slug > $1 ORDER BY slug LIMIT 50`,
    [],
  )
  const open = await run(
    superuserUrl,
    claims,
    `SELECT ${pageColumns} FROM identity.agent WHERE tenant_id = $1 AND slug > $2 ORDER BY slug LIMIT 50`,
    [tenant],
  )
  return { with: guarded, without: open }
}
