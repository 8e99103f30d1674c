/** The texts of the parts that every screen shares. */
import { count } from '../frame/plural.ts'

export const partsTexts = {
  tick: (name: string) => `Select ${name}`,
  tickAll: (n: number) => `Select the ${count(n, 'row', 'rows')} loaded`,
  columns: 'Columns',
  columnsUsual: 'As usual',
  columnsAreUsual: 'they are',
  firstColumn: 'names the row, always shown',
} as const
