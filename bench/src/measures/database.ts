/**
 * The physical limit beside everything that commits: one row a commit, on the
 * same database, over plain `pg` with a prepared statement.
 */
import pg from 'pg'
import { load, type Figures, type LoadOptions } from '../load.ts'

/** Single-row commits at `options.connections`. */
export async function singleRowCommits(superuserUrl: string, options: LoadOptions): Promise<Figures> {
  const admin = new pg.Client({ connectionString: superuserUrl })
  await admin.connect()
  await admin.query('CREATE SCHEMA IF NOT EXISTS bench_peer')
  await admin.query(
    'CREATE TABLE IF NOT EXISTS bench_peer.row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea NOT NULL)',
  )
  const clients = await Promise.all(
    Array.from({ length: options.connections }, async () => {
      const client = new pg.Client({ connectionString: superuserUrl })
      await client.connect()
      return client
    }),
  )
  const body = Buffer.alloc(600, 7)
  try {
    return await load(options, async (connection) => {
      await clients[connection]!.query({
        name: 'row',
        text: 'INSERT INTO bench_peer.row (body) VALUES ($1)',
        values: [body],
      })
      return true
    })
  } finally {
    await Promise.all(clients.map((client) => client.end()))
    await admin.query('DROP SCHEMA bench_peer CASCADE')
    await admin.end()
  }
}

/** Adds latency to every commit of the server, as a synchronous standby would; 0 takes it away. */
export async function addCommitLatency(superuserUrl: string, micros: number): Promise<void> {
  const admin = new pg.Client({ connectionString: superuserUrl })
  await admin.connect()
  try {
    await admin.query(`ALTER SYSTEM SET commit_delay = ${Math.trunc(micros)}`)
    await admin.query(`ALTER SYSTEM SET commit_siblings = ${micros > 0 ? 0 : 5}`)
    await admin.query('SELECT pg_reload_conf()')
    await new Promise((resolve) => setTimeout(resolve, 300))
  } finally {
    await admin.end()
  }
}
