/**
 * Writes the checked-in picture of the catalog anew from the migrations:
 * `node packages/db/src/catalog/writeGrants.ts`. Read the diff: it is what
 * changed in who may do what.
 */
import { writeFile } from 'node:fs/promises'
import pg from 'pg'
import { startMusterDatabase } from '../testing/index.ts'
import { snapshotFiles, snapshotLines, type SnapshotFile } from './snapshot.ts'

const headings: Readonly<Record<SnapshotFile, string>> = {
  'grants.txt': 'Who may do what: object → role: privileges (columns). What an owner may do is not listed.',
  'policies.txt': 'Row-level security, as PostgreSQL prints it: table policy kind command roles expressions.',
  'functions.txt':
    'Functions: signature, owner, whether it runs as its owner, volatility, first 64 bits of the SHA-256 of its text.',
  'triggers.txt': 'Triggers, as PostgreSQL prints them.',
}

const database = await startMusterDatabase()
const client = new pg.Client({ connectionString: database.superuserUrl })
await client.connect()
for (const file of snapshotFiles) {
  const lines = await snapshotLines(client, file)
  const heading = `# ${headings[file]}\n# Written by writeGrants.ts; checked at every start.\n`
  await writeFile(new URL(file, import.meta.url), `${heading}${lines.join('\n')}\n`)
}
await client.end()
await database.stop()
process.exit(0) // the throw-away server ends with this process
