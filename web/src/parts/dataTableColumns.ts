/**
 * The columns of a long list: which are shown and what it is ordered by, as
 * the address says it. `columns=status,risk` names the shown ones beside the
 * first, `sort=-risk` the order; absent means as the screen has it by itself.
 */
import { columnVisibilityFeature, rowSortingFeature, tableFeatures, useTable } from '@tanstack/react-table'
import { useMemo, type ReactNode } from 'react'

export interface DataColumn<Row> {
  readonly id: string
  readonly title: string
  /** Pixels at least. */
  readonly width: number
  /** Its share of the room that is left; none when absent. */
  readonly grows?: number
  readonly align?: 'end'
  /** What orders the list by this column is the server's; see `onSort`. */
  readonly isSortable?: boolean
  /** Shown only when asked for. */
  readonly isExtra?: boolean
  readonly cell: (row: Row) => ReactNode
}

/** `risk`, or `-risk` for the largest first. */
export type Sort = string

const features = tableFeatures({ columnVisibilityFeature, rowSortingFeature })
/** Rows are placed by the virtual list; the table keeps columns and order only. */
const noRows: never[] = []
/** What can be ordered by must have a value, even where there are no rows. */
const noValue = (): null => null

/** The ids shown; what the address names and the screen does not have is passed over. The first column always is. */
export function shownColumns<Row>(columns: readonly DataColumn<Row>[], named: string | undefined): readonly string[] {
  const wanted = named?.split(',')
  return columns
    .filter(({ id, isExtra = false }, at) => at === 0 || (wanted === undefined ? !isExtra : wanted.includes(id)))
    .map(({ id }) => id)
}

/** The address after showing or hiding one; undefined when it is as the screen has it by itself. */
export function columnsWith<Row>(
  columns: readonly DataColumn<Row>[],
  named: string | undefined,
  id: string,
): string | undefined {
  const before = new Set(shownColumns(columns, named))
  if (!before.delete(id)) before.add(id)
  const after = columns.filter((column) => before.has(column.id)).map((column) => column.id)
  return after.join() === shownColumns(columns, undefined).join() ? undefined : after.slice(1).join(',') || after[0]
}

export function useColumns<Row>(
  columns: readonly DataColumn<Row>[],
  named: string | undefined,
  sort: Sort | undefined,
  onSort: ((sort: Sort | undefined) => void) | undefined,
) {
  const shown = shownColumns(columns, named).join()
  const definitions = useMemo(
    () =>
      columns.map(({ id, isSortable = false }) => ({
        id,
        accessorFn: noValue,
        enableSorting: isSortable,
        sortDescFirst: false,
      })),
    [columns],
  )
  const state = useMemo(
    () => ({
      columnVisibility: Object.fromEntries(columns.map(({ id }) => [id, shown.split(',').includes(id)])),
      sorting: sort === undefined ? [] : [{ id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }],
    }),
    [columns, shown, sort],
  )
  const table = useTable({
    features,
    columns: definitions,
    data: noRows,
    manualSorting: true,
    enableMultiSort: false,
    state,
    onSortingChange: (change) => {
      const [next] = typeof change === 'function' ? change(state.sorting) : change
      onSort?.(next === undefined ? undefined : `${next.desc ? '-' : ''}${next.id}`)
    },
  })
  const visible = table.getVisibleLeafColumns()
  const ids = visible.map(({ id }) => id).join()
  return useMemo(() => {
    const byId = new Map(columns.map((column) => [column.id, column]))
    return ids.split(',').flatMap((id) => {
      const column = byId.get(id)
      const model = table.getColumn(id)
      if (column === undefined || model === undefined) return []
      const sorted = model.getIsSorted()
      const cycle = model.getCanSort() ? () => model.toggleSorting() : null
      return [{ ...column, sorted: sorted === false ? null : sorted, cycle }]
    })
    // What is sorted is in `state`.
  }, [columns, ids, table, state])
}

export type ShownColumn<Row> = ReturnType<typeof useColumns<Row>>[number]
