/** One row of a long list, drawn again only when it, its columns or its mark changed. */
import { memo, type CSSProperties, type MouseEvent } from 'react'
import { t } from '../texts.ts'
import type { ShownColumn } from './dataTableColumns.ts'
import { Tick } from './tick.tsx'

interface Props<Row> {
  domId: string
  row: Row
  id: string
  name: string
  /** Among all rows, from 0. */
  index: number
  top: number
  height: number
  columns: readonly ShownColumn<Row>[]
  isChosen: boolean
  /** Null where rows cannot be ticked. */
  isTicked: boolean | null
  onTick: (id: string, withRange: boolean) => void
  onPress: (id: string) => void
  onOpen: (id: string) => void
}

export const rowLook =
  'group absolute inset-x-0 top-0 grid contain-strict grid-cols-(--columns) items-center border-b border-line bg-surface hover:bg-raised'
export const cellLook = 'flex h-full min-w-0 items-center px-3'
/** The first column stays while the others pass under it. */
export const stickyFirst =
  'sticky z-1 bg-inherit first:group-aria-current:shadow-[inset_3px_0_0] first:group-aria-current:shadow-accent'

/** Beside the boxes, where there are any. A word of its own: in the middle of a text its rule would not be made. */
export const besideTicks = 'left-(--first)'

function placed(top: number, height: number): CSSProperties {
  return { height, transform: `translateY(${top}px)` }
}

function DrawnRow<Row>(props: Props<Row>) {
  const { domId, row, id, name, index, top, height, columns, isChosen, isTicked, onTick, onPress, onOpen } = props
  const onControl = (event: MouseEvent): boolean =>
    event.target instanceof Element && event.target.closest('a, button, input, label, [role=checkbox]') !== null
  return (
    <div
      id={domId}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isTicked ?? isChosen}
      aria-current={isChosen ? 'true' : undefined}
      style={placed(top, height)}
      onClick={(event) => !onControl(event) && onPress(id)}
      onDoubleClick={(event) => !onControl(event) && onOpen(id)}
      className={`${rowLook} aria-current:bg-raised`}
    >
      {isTicked !== null && (
        <span role="gridcell" className={`${stickyFirst} left-0 flex h-full items-center pl-6`}>
          <Tick label={t.parts.tick(name)} checked={isTicked} onTick={(withRange) => onTick(id, withRange)} />
        </span>
      )}
      {columns.map((column, at) => (
        <span
          key={column.id}
          role={at === 0 ? 'rowheader' : 'gridcell'}
          className={`${cellLook} ${at === 0 ? `${stickyFirst} ${besideTicks}${isTicked === null ? ' pl-6' : ''}` : ''} ${column.align === 'end' ? 'justify-end tabular-nums' : ''}`}
        >
          {column.cell(row)}
        </span>
      ))}
    </div>
  )
}

export const DataTableRow = memo(DrawnRow) as typeof DrawnRow

/** A row that is on its way: of the height it will have. */
export function WaitingRow({ index, top, height }: { index: number; top: number; height: number }) {
  return (
    <div role="row" aria-rowindex={index + 2} aria-busy style={placed(top, height)} className={`${rowLook} px-4`}>
      <span role="gridcell" className="col-span-full">
        <span className="skeleton block h-3.5 w-2/3" />
        <span className="sr-only">{t.loading}</span>
      </span>
    </div>
  )
}
