/** Test databases are real, separate and cheap; the guarantees every integration test leans on. */
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { type TestDatabase, startTestDatabase } from './testDatabase.ts'

const opened: TestDatabase[] = []
let prepared = 0

async function open(): Promise<TestDatabase> {
  const database = await startTestDatabase({
    key: `test-database-test-${process.pid}`,
    prepare: async (superuserUrl, { password }) => {
      prepared += 1
      const client = new pg.Client({ connectionString: superuserUrl })
      await client.connect()
      await client.query(`DROP ROLE IF EXISTS clerk`)
      await client.query(`CREATE ROLE clerk LOGIN PASSWORD '${password('clerk')}'`)
      await client.query(`CREATE TABLE note (body text)`)
      await client.query(`GRANT SELECT, INSERT ON note TO clerk`)
      await client.end()
    },
  })
  opened.push(database)
  return database
}

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows as unknown[]
  } finally {
    await client.end()
  }
}

afterAll(() => Promise.all(opened.map((database) => database.stop())))

test('prepares a template once and gives every file its own copy', async () => {
  const [one, two] = await Promise.all([open(), open()])
  await rows(one.url('clerk'), `INSERT INTO note VALUES ('mine')`)
  expect(await rows(one.url('clerk'), 'SELECT body FROM note')).toEqual([{ body: 'mine' }])
  expect(await rows(two.url('clerk'), 'SELECT body FROM note')).toEqual([])
  expect(prepared).toBe(1)
})

test('makes a template anew when its preparation failed half way', async () => {
  const key = `failing-${process.pid}`
  const failing = startTestDatabase({
    key,
    prepare: async (url) => {
      await rows(url, 'CREATE TABLE half (id int)')
      throw new Error('half way')
    },
  })
  await expect(failing).rejects.toThrow('half way')
  const database = await startTestDatabase({
    key,
    prepare: async (url) => void (await rows(url, 'CREATE TABLE half (id int)')),
  })
  opened.push(database)
  expect(await rows(database.superuserUrl, 'SELECT * FROM half')).toEqual([])
})

test('drops its database from under open connections', async () => {
  const database = await open()
  const client = new pg.Client({ connectionString: database.superuserUrl })
  client.on('error', () => {}) // the connection is meant to be cut
  await client.connect()
  await database.stop()
  await expect(rows(database.superuserUrl, 'SELECT 1')).rejects.toThrow(/does not exist/)
})
