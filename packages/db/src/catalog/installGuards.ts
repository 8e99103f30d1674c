/**
 * Event triggers that refuse to switch a wall off, and large objects nobody
 * may make: defence in depth, where a superuser can be had. `guards.sql` says
 * what and why.
 */
import { readFile } from 'node:fs/promises'
import pg from 'pg'

/** Installs the guards; may be repeated. Throws what PostgreSQL said, e.g. when `superuserUrl` is no superuser's. */
export async function installGuards(superuserUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl, application_name: 'catalog-guards' })
  await client.connect()
  try {
    await client.query(await readFile(new URL('guards.sql', import.meta.url), 'utf8'))
  } finally {
    await client.end()
  }
}
