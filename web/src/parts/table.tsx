/** A plain table with a title, for lists short enough to be shown whole. */
import type { ReactNode } from 'react'

interface Props {
  title: string
  columns: readonly string[]
  /** Cells in the order of the columns; the first names the row. */
  rows: readonly {
    key: string
    cells: readonly ReactNode[]
    /** Pressing anywhere in the row; a cell holds the same as a link, for keyboards. */
    onOpen?: () => void
  }[]
  /** Shown when there are no rows. */
  empty: string
  /** Where the page's own title says the same. */
  untitled?: boolean
}

export function Table({ title, columns, rows, empty, untitled = false }: Props) {
  return (
    <section aria-label={title} className="min-w-0">
      <h2 className={untitled ? 'sr-only' : 'mb-2 font-semibold'}>{title}</h2>
      <div
        className="overflow-x-auto rounded-lg border border-line bg-surface"
        tabIndex={rows.length > 0 ? 0 : undefined}
      >
        {rows.length === 0 ? (
          <p className="px-4 py-3 text-muted">{empty}</p>
        ) : (
          <table className="w-full text-left max-md:min-w-xl">
            <thead>
              <tr className="border-b border-line text-[12.5px] text-muted">
                {columns.map((column) => (
                  <th key={column} scope="col" className="px-4 py-2 font-normal whitespace-nowrap">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, cells, onOpen }) => (
                <tr
                  key={key}
                  onClick={onOpen}
                  className={`border-b border-line last:border-0 ${onOpen === undefined ? '' : 'cursor-pointer hover:bg-raised'}`}
                >
                  {cells.map((cell, at) => (
                    <td key={at} className="h-(--row) px-4 py-[calc((var(--row)-1.5rem)/2)] align-top">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  )
}
