/**
 * Generated files that are committed say what their sources say now: a stale
 * one would have its diff reviewed with the wrong change.
 */
import { expect, test } from 'vitest'
import { isStale, schemaFiles, supergraphFile } from '../codegen/schemaFiles.ts'

test('every `services/*/schema.graphql` is what `npm run codegen` makes', () => {
  expect(
    schemaFiles()
      .filter(isStale)
      .map(({ path }) => path),
  ).toEqual([])
})

test('`gateway/supergraph.graphql` is what `npm run codegen` makes', () => {
  const file = supergraphFile()
  expect(file === undefined || !isStale(file)).toBe(true)
})
