/**
 * Fills every tenant table for every team, from the catalog: columns by their
 * name and type, references by their foreign key, enumerations by their CHECK.
 * What has a shape of its own stands in `rowsByHand.ts`.
 */
import { newId } from '@muster/kernel'
import type pg from 'pg'
import type { Column, Table } from './facts.ts'
import { filledByActs, rowsByHand, type RowPart } from './rowsByHand.ts'
import type { Side, Team } from './world.ts'

export interface SeededRow {
  table: string
  /** Null: the row is the whole tenant's. */
  team: Team | null
  key: Record<string, unknown>
  /** The row as PostgreSQL writes it in JSON. */
  image: Record<string, unknown>
}

/** Inserts what is missing for a side and fills in `side.rows`; a table whose row does not fit goes to `side.unfilled`. */
export async function seedRows(admin: pg.Client, tables: Table[], side: Side, claims: string): Promise<void> {
  await admin.query("SELECT set_config('request.jwt.claims', $1, false)", [claims])
  const { rows, unfilled } = side
  for (const table of parentsFirst(tables)) {
    for (const team of filledByActs.has(table.name) ? [] : side.teams) {
      const part = seedRow(table, side, team, rows)
      const columns = Object.keys(part)
      const list = columns.map((column) => `"${column}"`).join(', ')
      try {
        await admin.query(
          `INSERT INTO ${table.name} (${list}) SELECT ${list} FROM jsonb_populate_record(NULL::${table.name}, $1)`,
          [JSON.stringify(part)],
        )
      } catch (cause) {
        unfilled.push(`\`${table.name}\` needs a row in rowsByHand.ts: ${(cause as Error).message}`)
        break
      }
    }
    rows.push(...(await rowsOf(admin, table, side)))
  }
}

async function rowsOf(admin: pg.Client, table: Table, side: Side): Promise<SeededRow[]> {
  const tenantColumn = table.columns.some(({ name }) => name === 'tenant_id') ? 'tenant_id' : 'id'
  const tenant =
    table.name === 'identity.organization'
      ? 'id = (SELECT organization_id FROM identity.tenant WHERE id = $1)'
      : `${tenantColumn} = $1`
  const { rows } = await admin.query<{ image: Record<string, unknown> }>(
    `SELECT to_jsonb(t) AS image FROM ${table.name} t WHERE ${tenant}`,
    [side.tenantId],
  )
  return rows.map(({ image }) => ({
    table: table.name,
    team: table.tenantWide ? null : teamOf(image, side),
    key: Object.fromEntries(table.key.map((column) => [column, image[column]])),
    image,
  }))
}

/** A row is a team's when it names something of that team and nothing of the other. */
function teamOf(image: Record<string, unknown>, side: Side): Team | null {
  const text = JSON.stringify(image)
  const named = side.teams.filter((team) => [team.unit, team.lead, team.agent].some((id) => text.includes(id)))
  return named.length === 1 ? named[0]! : null
}

/** One row of a table for a team, as column → JSON value. */
function seedRow(table: Table, side: Side, team: Team, rows: readonly SeededRow[]): RowPart {
  const part: RowPart = {}
  for (const column of table.columns) {
    const value = valueFor(column, table, side, team)
    if (value !== undefined) part[column.name] = value
  }
  for (const { columns, table: parent, targets } of table.foreign) {
    const row = rows.find((one) => one.table === parent && one.image['tenant_id'] === side.tenantId && isOf(one, team))
    for (const [index, column] of columns.entries()) {
      if (row !== undefined && column in part) part[column] = row.image[targets[index]!]
    }
  }
  return { ...part, ...rowsByHand[table.name]?.(side, team) }
}

const isOf = (row: SeededRow, team: Team): boolean => row.team === null || row.team.number === team.number

/** Columns that say whose a row is, filled even where they may be empty. */
function ownership(column: string, side: Side, team: Team): unknown {
  if (column === 'tenant_id') return side.tenantId
  if (column === 'agent_id') return team.agent
  if (column === 'team_id') return team.unit
  if (column === 'unit_path' || column === 'path') return team.path
  if (/^(person|owner|requester|actor)_id$|_by$/.test(column)) return team.lead
  return undefined
}

function valueFor(column: Column, table: Table, side: Side, team: Team): unknown {
  const owned = ownership(column.name, side, team)
  if (owned !== undefined) return owned
  if (column.name === 'unit_id' && !table.columns.some(({ name }) => name === 'agent_id')) return team.unit
  if (!column.required) return undefined
  if (column.allowed.length > 0) return column.allowed[0]
  return byType(column)
}

function byType({ type }: Column): unknown {
  if (type.endsWith('[]')) return []
  switch (type) {
    case 'uuid':
      return newId()
    case 'bytea':
      return `\\x${newId().replaceAll('-', '').repeat(2)}` // 32 bytes, no two alike
    case 'boolean':
      return false
    case 'jsonb':
      return {}
    case 'date':
      return '2026-11-01'
    case 'timestamp with time zone':
      return new Date().toISOString()
    case 'integer':
    case 'bigint':
    case 'double precision':
      return 1
    default:
      return `seed-${newId()}`
  }
}

/** Tables in an order in which every reference finds its row. */
function parentsFirst(tables: readonly Table[]): Table[] {
  const sorted: Table[] = []
  const visit = (table: Table): void => {
    if (sorted.includes(table)) return
    for (const { table: parent } of table.foreign) {
      const found = tables.find(({ name }) => name === parent)
      if (found !== undefined && found !== table) visit(found)
    }
    sorted.push(table)
  }
  for (const table of tables) visit(table)
  return sorted
}
