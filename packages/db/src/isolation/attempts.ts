/** The ways to reach for a row, each as a service would write it, and what a refusal looks like. */
import { newId } from '@muster/kernel'
import { expect } from 'vitest'
import type { Table } from './facts.ts'
import type { SeededRow } from './seedRows.ts'
import type { Session } from './world.ts'

/** `a = b` for every key column, over a JSON object in $1. */
const isRow = (table: Table): string =>
  `(${table.key.map((column) => `t."${column}"`).join(', ')}) = (SELECT ${table.key.map((column) => `k."${column}"`).join(', ')} FROM jsonb_populate_record(NULL::${table.name}, $1) k)`

/** How many of these rows this session sees. */
export async function seen(session: Session, table: Table, rows: readonly SeededRow[]): Promise<number> {
  let count = 0
  for (const { key } of rows) {
    const { rows: found } = await session.query(`SELECT 1 FROM ${table.name} t WHERE ${isRow(table)}`, [
      JSON.stringify(key),
    ])
    count += found.length
  }
  return count
}

/** How many rows an UPDATE of every column this role may write would touch. */
export async function updated(
  session: Session,
  table: Table,
  columns: readonly string[],
  row: SeededRow,
): Promise<number> {
  const set = columns.map((column) => `"${column}" = t."${column}"`).join(', ')
  const { rowCount } = await session.query(`UPDATE ${table.name} t SET ${set} WHERE ${isRow(table)}`, [
    JSON.stringify(row.key),
  ])
  return rowCount ?? 0
}

export async function deleted(session: Session, table: Table, row: SeededRow): Promise<number> {
  const { rowCount } = await session.query(`DELETE FROM ${table.name} t WHERE ${isRow(table)}`, [
    JSON.stringify(row.key),
  ])
  return rowCount ?? 0
}

/** Writes a copy of a row under a new id. */
export async function inserted(
  session: Session,
  table: Table,
  row: SeededRow,
  change: Record<string, unknown> = {},
): Promise<number> {
  const image = { ...row.image, ...('id' in row.image ? { id: newId() } : {}), ...change }
  const { rowCount } = await session.query(
    `INSERT INTO ${table.name} SELECT * FROM jsonb_populate_record(NULL::${table.name}, $1)`,
    [JSON.stringify(image)],
  )
  return rowCount ?? 0
}

/** Refused by a policy or by a trigger of ours: not for a missing right, and not by a constraint that came first. */
export function isRefusal(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  return (code === '42501' && message.includes('row-level security policy')) || code.startsWith('MU')
}

/** Refused because the right was never given. */
export const withoutRight = {
  code: '42501',
  message: expect.stringContaining('permission denied') as unknown as string,
}
