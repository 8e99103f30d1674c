/**
 * A tenant for the passport's own tests: two teams with an agent each, a real
 * database, a vault of files, and the passport on top.
 *
 * Rows of other services are laid down as superuser; receipts of other services
 * are written as those services write them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  appendReceipts,
  inScope,
  openPool,
  withRequest,
  type LoginRole,
  type Recorded,
  type RequestScope,
} from '@muster/db'
import { startMusterDatabase, type MusterDatabase } from '@muster/db/testing'
import { capabilities, newId, systemClock, type Claims, type Clock } from '@muster/kernel'
import { LocalFileProvider, type KeyProvider } from '@muster/keys'
import pg from 'pg'
import pino from 'pino'
import { fileCheckpointVault } from '../checkpoints/fileVault.ts'
import type { OutsideVault } from '../checkpoints/vault.ts'
import type { Passport } from '../passport.ts'
import type { PassportDeps } from '../room.ts'
import { createPassport } from '../subgraph.ts'

export interface World {
  database: MusterDatabase
  passport: Passport
  tenantId: string
  origin: string
  /** Folder of the vault's files. */
  vaultFolder: string
  vault: OutsideVault
  keyProvider: KeyProvider
  /** `[team, other team]`, and the agent of each. */
  teams: [string, string]
  agents: [string, string]
  /** Somebody who sees the whole tenant and may do everything. */
  admin(part?: Partial<Claims>): RequestScope
  /** Somebody whose scope is the first team. */
  lead(part?: Partial<Claims>): RequestScope
  /** Writes `count` receipts about an agent, as the guard does. */
  write(count: number, agent?: string | null, tenantId?: string): Promise<Recorded[]>
  /** Asks the graph; throws the first error, with its code. */
  run<T>(scope: RequestScope, query: string, variables?: Record<string, unknown>): Promise<T>
  /** Another passport over the same database and vault, as after a restart. */
  restart(part?: Partial<PassportDeps>): Promise<Passport>
  /** Changes what nobody may change: as the superuser of the machine, with the triggers off. */
  tamper(sql: string, values?: unknown[]): Promise<void>
  stop(): Promise<void>
}

export async function makeWorld(clock: Clock = systemClock): Promise<World> {
  const database = await startMusterDatabase(clock)
  const home = mkdtempSync(join(tmpdir(), 'muster-passport-'))
  const vaultFolder = join(home, 'checkpoints')
  const vault = fileCheckpointVault(vaultFolder)
  const { tenantId, origin } = await database.openTenant('northwind')
  const teams: [string, string] = [newId(), newId()]
  const agents: [string, string] = [newId(), newId()]
  await layDown(database, tenantId, teams, agents)

  const deps: PassportDeps = {
    databaseUrl: (role: LoginRole) => database.url(role),
    keyProvider: await LocalFileProvider.open(join(home, 'root.key')),
    emailIndexKey: new Uint8Array(32),
    clock,
    log: pino({ level: process.env['MUSTER_TEST_LOG'] ?? 'silent' }),
    vault,
  }
  const passport = await createPassport(deps)
  const instances = [passport]
  const guard = openPool({ url: database.url('muster_guard'), role: 'muster_guard', max: 2 })
  const scope = (part: Partial<Claims>): RequestScope => database.scope(tenantId, { caps: [...capabilities], ...part })

  return {
    database,
    passport,
    tenantId,
    origin,
    vaultFolder,
    vault,
    keyProvider: deps.keyProvider,
    teams,
    agents,
    admin: (part = {}) => scope(part),
    lead: (part = {}) => scope({ all: false, units: [teams[0]], roles: ['team-lead'], ...part }),
    async write(count, agent = null, tenant = tenantId) {
      const written: Recorded[] = []
      for (let left = count; left > 0; left -= 500) {
        const receipts = Array.from({ length: Math.min(left, 500) }, () => ({
          type: 'execution.reported',
          subject: { type: 'execution', id: newId() },
          agentId: agent,
          data: { outcome: 'SUCCEEDED' },
        }))
        const caller = database.scope(tenant, { kind: 'service' })
        written.push(...(await inScope(caller, () => withRequest(guard, (tx) => appendReceipts(tx.query, receipts)))))
      }
      return written
    },
    async run<T>(caller: RequestScope, query: string, variables: Record<string, unknown> = {}) {
      const { data, errors } = await passport.execute({ query, variables, handovers: caller.handovers })
      if (errors !== undefined) {
        throw Object.assign(new Error(errors[0]!.message), { code: errors[0]!.extensions?.['code'] })
      }
      return data as T
    },
    async restart(part = {}) {
      const again = await createPassport({ ...deps, ...part })
      instances.push(again)
      return again
    },
    async tamper(sql, values = []) {
      const client = new pg.Client({ connectionString: database.superuserUrl })
      await client.connect()
      try {
        await client.query('SET session_replication_role = replica')
        await client.query(sql, values)
      } finally {
        await client.end()
      }
    },
    async stop() {
      await guard.end()
      for (const instance of instances) await instance.close()
      await database.stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** The hierarchy's triggers need claims, which a superuser has none of: both tables are laid down by hand. */
async function layDown(
  database: MusterDatabase,
  tenantId: string,
  teams: readonly [string, string],
  agents: readonly [string, string],
): Promise<void> {
  const sql = database.asSuperuser
  const owner = newId()
  await sql(
    'INSERT INTO identity.person (tenant_id, id, email_index, email_sealed, name_sealed) VALUES ($1, $2, $3, $4, $4)',
    [tenantId, owner, Buffer.alloc(32, 1), Buffer.from('sealed')],
  )
  await sql('ALTER TABLE workforce.org_unit DISABLE TRIGGER USER')
  for (const [index, team] of teams.entries()) {
    await sql(
      `INSERT INTO workforce.org_unit (tenant_id, id, kind, name, path) VALUES ($1, $2, 'team', $3, ARRAY[$2]::uuid[])`,
      [tenantId, team, `team ${index}`],
    )
    await sql('INSERT INTO workforce.org_closure VALUES ($1, $2, $2, 0)', [tenantId, team])
    await sql(
      `INSERT INTO identity.agent (tenant_id, id, slug, display_name, owner_id, team_id) VALUES ($1, $2, $3, $3, $4, $5)`,
      [tenantId, agents[index], `agent-${index}`, owner, team],
    )
  }
  await sql('ALTER TABLE workforce.org_unit ENABLE TRIGGER USER')
}
