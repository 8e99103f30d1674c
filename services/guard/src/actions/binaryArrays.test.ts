/** What is sent in binary is what PostgreSQL reads. */
import { createHash, randomUUID } from 'node:crypto'
import { startMusterDatabase, type MusterDatabase } from '@muster/db/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { boolArray, byteaArray, hashArray, instantArray, int4Array, textArray, uuidArray } from './binaryArrays.ts'

let database: MusterDatabase
beforeAll(async () => {
  database = await startMusterDatabase()
})
afterAll(() => database?.stop())

const back = async <T>(type: string, sent: Buffer): Promise<T[]> => {
  const [row] = await database.asSuperuser<{ items: T[]; lower: number | null }>(
    `SELECT $1::${type}[] AS items, array_lower($1::${type}[], 1) AS lower`,
    [sent],
  )
  if (row!.items.length > 0) expect(row!.lower).toBe(1)
  return row!.items
}
const lists = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<(T | null)[]> => fc.array(fc.option(item), { maxLength: 140 })
const text = fc.string({ unit: 'binary', maxLength: 60 }).map((one) => one.toWellFormed().replaceAll('\0', ''))

test('every list comes back as it was sent, nulls and all', async () => {
  await fc.assert(
    fc.asyncProperty(
      lists(text),
      lists(fc.uint8Array({ maxLength: 60 })),
      lists(fc.uuid()),
      lists(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
      lists(fc.boolean()),
      lists(fc.date({ min: new Date('0100-01-01'), max: new Date('9999-01-01'), noInvalidDate: true })),
      async (texts, bytes, uuids, integers, booleans, instants) => {
        expect(await back('text', textArray(texts))).toEqual(texts)
        expect(await back('bytea', byteaArray(bytes))).toEqual(bytes.map((one) => one && Buffer.from(one)))
        expect(await back('uuid', uuidArray(uuids))).toEqual(uuids)
        expect(await back('integer', int4Array(integers))).toEqual(integers)
        expect(await back('boolean', boolArray(booleans))).toEqual(booleans)
        expect(await back('timestamptz', instantArray(instants))).toEqual(instants)
      },
    ),
    { numRuns: 50 },
  )
})

test('hashes arrive as their 32 bytes', async () => {
  const hashes = ['a', 'b'].map((one) => createHash('sha256').update(one).digest())
  expect(await back('bytea', hashArray(hashes.map((hash) => hash.toString('hex'))))).toEqual(hashes)
})

test.each(['', 'not-an-id', `${randomUUID().slice(0, -1)}z`])('refuses `%s` as an id', (id) => {
  expect(() => uuidArray([id])).toThrow(RangeError)
})
