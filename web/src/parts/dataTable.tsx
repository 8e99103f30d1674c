/**
 * The one table for long lists: ten thousand rows, a few dozen of them in the
 * page. The header and the first column stay in sight; rows are walked, ticked,
 * peeked at and opened by keys.
 *
 * What is shown comes from props and changes go out by callbacks, so that a
 * screen keeps all of it in the address.
 */
import { useCallback, useEffect, useId, useMemo, useRef, type CSSProperties, type ReactNode } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { rowHeights, useDensity } from '../frame/density.ts'
import type { Failure } from '../graph/requestFailure.ts'
import { t } from '../texts.ts'
import { useColumns, type DataColumn, type Sort } from './dataTableColumns.ts'
import { DataTableHead } from './dataTableHead.tsx'
import { DataTableRow, WaitingRow } from './dataTableRow.tsx'
import type { Selection } from './rowSelection.ts'
import { FailureNote } from './states.tsx'
import { useRowKeys } from './useRowKeys.ts'

export interface DataTableProps<Row> {
  label: string
  /** Stable between renders; the first names the row, stays in sight and is always shown. */
  columns: readonly DataColumn<Row>[]
  /** Those loaded so far; undefined while the first are on their way. */
  rows: readonly Row[] | undefined
  /** How many there are in all. */
  total: number
  rowId: (row: Row) => string
  rowName: (row: Row) => string
  /** Shown columns and order, as the address has them. */
  columnsShown?: string | undefined
  sort?: Sort | undefined
  onSort?: (sort: Sort | undefined) => void
  /** The row the keys are on. */
  chosen: string | undefined
  onChoose: (id: string) => void
  onOpen: (id: string) => void
  onPeek?: (id: string) => void
  /** Escape, when nothing is ticked. */
  onBack?: () => void
  /** Where `j` and `k` mean something else on the screen, the arrows alone walk. */
  walksByArrows?: boolean
  /** Rows can be ticked when given. */
  selection?: Selection
  onSelection?: (selection: Selection) => void
  /** Fetches the next window; absent when all is loaded. */
  onMore?: (() => void) | undefined
  /** Why the next window did not come. */
  moreFailed?: Failure | undefined
  /** Shown in place of no rows. */
  empty: ReactNode
}

/** The next window is asked for this many rows before the end comes into view. */
const aheadRows = 30
/** Rows drawn beyond both edges. */
const overscanRows = 12
/** Rows that say more is coming. */
const waitingRows = 12
const headHeight = 32
const tickWidth = 48

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, total, rowId, rowName, chosen, onChoose, onOpen, selection, onSelection, onMore, empty } = props
  const height = rowHeights[useDensity()]
  const columns = useColumns(props.columns, props.columnsShown, props.sort, props.onSort)
  const tableId = useId()
  const place = useRef<HTMLDivElement>(null)
  const ids = useMemo(() => (rows ?? []).map(rowId), [rows, rowId])
  const loaded = ids.length
  const coming = rows === undefined ? waitingRows : onMore === undefined ? 0 : Math.min(total - loaded, waitingRows)
  const virtual = useVirtualizer({
    count: loaded + Math.max(coming, 0),
    getScrollElement: () => place.current,
    estimateSize: () => height,
    overscan: overscanRows,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
  })
  useEffect(() => virtual.measure(), [virtual, height])
  const shown = virtual.getVirtualItems()
  const lastShown = shown.at(-1)?.index ?? 0
  const needsMore = onMore !== undefined && props.moreFailed === undefined && lastShown >= loaded - aheadRows
  useEffect(() => {
    if (needsMore && rows !== undefined) onMore()
    // Asked once for each window that was loaded.
  }, [needsMore, loaded])

  const chosenAt = chosen === undefined ? -1 : ids.indexOf(chosen)
  useEffect(() => {
    if (chosenAt >= 0) virtual.scrollToIndex(chosenAt)
  }, [virtual, chosen, chosenAt >= 0])

  const { tick, tickAll } = useRowKeys({ ...props, ids })
  const latest = useRef({ onChoose, onOpen, tick })
  useEffect(() => {
    latest.current = { onChoose, onOpen, tick }
  })
  const press = useCallback((id: string) => latest.current.onChoose(id), [])
  const open = useCallback((id: string) => latest.current.onOpen(id), [])
  const tickRow = useCallback((id: string, withRange: boolean) => latest.current.tick(id, withRange), [])

  const canTick = selection !== undefined && onSelection !== undefined
  const domId = (id: string): string => `${tableId}${id}`
  const isChosenDrawn = shown.some(({ index }) => index === chosenAt)
  const first = canTick ? tickWidth : 0
  const width = columns.reduce((sum, column) => sum + column.width, first)
  const style = {
    '--columns': `${canTick ? `${tickWidth}px ` : ''}${columns.map(({ width: least, grows }) => (grows === undefined ? `${least}px` : `minmax(${least}px, ${grows}fr)`)).join(' ')}`,
    '--first': `${first}px`,
  } as CSSProperties
  if (rows !== undefined && loaded === 0 && coming <= 0) return empty
  return (
    <div
      ref={place}
      role="grid"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-colcount={columns.length + (canTick ? 1 : 0)}
      aria-multiselectable={canTick || undefined}
      aria-busy={rows === undefined || undefined}
      aria-activedescendant={isChosenDrawn && chosen !== undefined ? domId(chosen) : undefined}
      tabIndex={0}
      style={style}
      className="min-h-0 flex-1 overflow-auto border-t border-line bg-surface -outline-offset-2"
    >
      <DataTableHead
        columns={columns}
        height={headHeight}
        width={width}
        ids={ids}
        selection={canTick ? selection : null}
        onTickAll={tickAll}
      />
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize(), minWidth: width }}>
        {shown.map(({ index, start }) => {
          const row = rows?.[index]
          const id = ids[index]
          if (row === undefined || id === undefined) {
            return <WaitingRow key={`waiting ${index}`} index={index} top={start - headHeight} height={height} />
          }
          return (
            <DataTableRow
              key={id}
              domId={domId(id)}
              row={row}
              id={id}
              name={rowName(row)}
              index={index}
              top={start - headHeight}
              height={height}
              columns={columns}
              isChosen={index === chosenAt}
              isTicked={canTick ? selection.has(id) : null}
              onTick={tickRow}
              onPress={press}
              onOpen={open}
            />
          )
        })}
      </div>
      {props.moreFailed !== undefined && (
        <div className="sticky left-0 p-3">
          <FailureNote failure={props.moreFailed} {...(onMore === undefined ? {} : { onRetry: onMore })} />
        </div>
      )}
      {rows === undefined && (
        <span role="status" className="sr-only">
          {t.loading}
        </span>
      )}
    </div>
  )
}
