/** The bill of materials is CycloneDX 1.6 and names every production package with its hash. */
import { expect, test } from 'vitest'
import { isForDevelopment, isForeign, lockEntries, nameOf } from './lockFile.ts'
import { billOfMaterials } from './sbom.ts'

const bill = billOfMaterials()

test('says which format it is and what it is about', () => {
  expect(bill).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { name: 'muster' } },
  })
})

test('names every production package in its version, with a hash and a licence', () => {
  const named = new Map(bill.components.map((component) => [`${component.name}@${component.version}`, component]))
  const bare = [...lockEntries()]
    .filter(([path, entry]) => isForeign(path, entry) && !isForDevelopment(entry))
    .filter(([path, entry]) => {
      const component = named.get(`${nameOf(path)}@${entry.version}`)
      return (
        component === undefined ||
        (entry.integrity !== undefined && component.hashes?.length !== 1) ||
        component.licenses?.length !== 1
      )
    })
  expect(bare.map(([path]) => path)).toEqual([])
})

test('every reference within it resolves, and names one thing', () => {
  const references = [bill.metadata.component, ...bill.components].map((component) => component['bom-ref'])
  expect(references.length).toBe(new Set(references).size)
  const known = new Set(references)
  const dangling = bill.dependencies
    .flatMap(({ ref, dependsOn }) => [ref, ...(dependsOn ?? [])])
    .filter((ref) => !known.has(ref))
  expect(dangling).toEqual([])
})
