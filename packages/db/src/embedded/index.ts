/** The embedded PostgreSQL: start, stop, begin anew, and databases for tests. */
export { type PostgresOptions, type RunningPostgres, databaseName, startPostgres } from './startPostgres.ts'
export { type ResetOptions, resetHome } from './resetHome.ts'
export { StartError, explainStartError } from './startError.ts'
export { type TestAccess, type TestDatabase, type TestDatabaseOptions, startTestDatabase } from './testDatabase.ts'
export { readOrCreateSecret } from './secretFile.ts'
