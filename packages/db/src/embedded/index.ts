/** The embedded PostgreSQL: start, stop, begin anew, and databases for tests. */
export { type PostgresOptions, type RunningPostgres, databaseName, resetHome, startPostgres } from './startPostgres.ts'
export { StartError, explainStartError } from './startError.ts'
export { type TestAccess, type TestDatabase, type TestDatabaseOptions, startTestDatabase } from './testDatabase.ts'
