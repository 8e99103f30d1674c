/** The little of a database client that reading the catalog needs. */
import type pg from 'pg'

export interface CatalogClient {
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<{ rows: Row[] }>
}

/** A rule reads the catalog and answers one sentence for each thing that is wrong. */
export type Rule = (client: CatalogClient) => Promise<string[]>

/** Schemas that are ours: all but PostgreSQL's own. A schema made tomorrow is one of them. */
export const isOurs = (column: string): string => `(${column} !~ '^pg_' AND ${column} <> 'information_schema')`
