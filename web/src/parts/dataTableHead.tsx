/** The head of a long list: titles that order it, and a box that ticks what is loaded. */
import { ArrowDown, ArrowUp } from 'lucide-react'
import { t } from '../texts.ts'
import type { ShownColumn } from './dataTableColumns.ts'
import { besideTicks, cellLook, stickyFirst } from './dataTableRow.tsx'
import { share, type Selection } from './rowSelection.ts'
import { Tick } from './tick.tsx'

interface Props<Row> {
  columns: readonly ShownColumn<Row>[]
  height: number
  width: number
  ids: readonly string[]
  /** Null where rows cannot be ticked. */
  selection: Selection | null
  onTickAll: () => void
}

const directions = { asc: 'ascending', desc: 'descending' } as const

export function DataTableHead<Row>({ columns, height, width, ids, selection, onTickAll }: Props<Row>) {
  const ticked = selection === null ? 'none' : share(selection, ids)
  return (
    <div role="rowgroup" className="sticky top-0 z-2" style={{ height, minWidth: width }}>
      <div
        role="row"
        aria-rowindex={1}
        className="grid h-full grid-cols-(--columns) items-center border-b border-line bg-raised text-[12.5px] text-muted"
      >
        {selection !== null && (
          <span role="columnheader" className={`${stickyFirst} left-0 flex h-full items-center pl-6`}>
            <Tick
              label={t.parts.tickAll(ids.length)}
              checked={ticked === 'all' && ids.length > 0}
              partly={ticked === 'some'}
              onTick={onTickAll}
            />
          </span>
        )}
        {columns.map(({ id, title, align, sorted, cycle }, at) => (
          <span
            key={id}
            role="columnheader"
            aria-sort={cycle === null ? undefined : sorted === null ? 'none' : directions[sorted]}
            className={`${cellLook} ${at === 0 ? `${stickyFirst} ${besideTicks}${selection === null ? ' pl-6' : ''}` : ''} ${align === 'end' ? 'justify-end' : ''}`}
          >
            {cycle === null ? (
              <span className="truncate">{title}</span>
            ) : (
              <button
                type="button"
                onClick={cycle}
                className="flex min-w-0 items-center gap-1 rounded hover:text-ink aria-pressed:text-ink"
              >
                <span className="truncate">{title}</span>
                {sorted === 'asc' && <ArrowUp size={12} aria-hidden />}
                {sorted === 'desc' && <ArrowDown size={12} aria-hidden />}
              </button>
            )}
          </span>
        ))}
      </div>
    </div>
  )
}
