/**
 * Keyset pages: a cursor names the last row seen, never an offset, so a page
 * is one index range whatever stands before it and nothing is shown twice.
 */
import { Fault } from '@muster/kernel'

export const pageSizeDefault = 50
/** A ledger window is the largest page anybody needs; more is a stream, not a page. */
export const pageSizeMax = 1000

/** Page size from `first`: the default when absent, refused outside 1 … max. */
export function pageSize(first: number | null | undefined, max = pageSizeMax): number {
  if (first === null || first === undefined) return Math.min(pageSizeDefault, max)
  if (!Number.isInteger(first) || first < 1 || first > max) {
    throw new Fault('BAD_REQUEST', `\`first\` must be between 1 and ${max}`)
  }
  return first
}

/** An opaque cursor over the sort key's parts. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url')
}

/** The parts of a cursor of `length` parts; a garbled one is a `BAD_REQUEST`. */
export function decodeCursor(cursor: string | null | undefined, length: number): string[] | null {
  if (cursor === null || cursor === undefined || cursor === '') return null
  try {
    const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown
    if (Array.isArray(parts) && parts.length === length && parts.every((part) => typeof part === 'string')) return parts
  } catch {
    // falls through to the one answer a bad cursor gets
  }
  throw new Fault('BAD_REQUEST', 'the cursor is not one of ours')
}

export interface Page<Node> {
  nodes: Node[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

/** A page from `size + 1` rows: the extra row only tells that there is more. */
export function pageOf<Row, Node>(
  rows: readonly Row[],
  size: number,
  node: (row: Row) => Node,
  cursor: (row: Row) => readonly string[],
): Page<Node> {
  const shown = rows.slice(0, size)
  const last = shown.at(-1)
  return {
    nodes: shown.map(node),
    pageInfo: { hasNextPage: rows.length > size, endCursor: last === undefined ? null : encodeCursor(cursor(last)) },
  }
}
