/** The catalog assertion: a database that is not as it was reviewed does not start. */
export { assertCatalog } from './assertCatalog.ts'
export { CatalogViolation } from './catalogViolation.ts'
export { installGuards } from './installGuards.ts'
