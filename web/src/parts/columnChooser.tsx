/** Which columns a list shows; the choice goes to the address. */
import { Columns3 } from 'lucide-react'
import { t } from '../texts.ts'
import { columnsWith, shownColumns, type DataColumn } from './dataTableColumns.ts'
import { Menu } from './menu.tsx'

interface Props<Row> {
  columns: readonly DataColumn<Row>[]
  /** As the address has it. */
  shown: string | undefined
  onShown: (columns: string | undefined) => void
}

export function ColumnChooser<Row>({ columns, shown, onShown }: Props<Row>) {
  const ids = shownColumns(columns, shown)
  return (
    <Menu
      label={t.parts.columns}
      size="small"
      groups={[
        {
          entries: columns.map(({ id, title }, at) => ({
            label: title,
            checked: ids.includes(id),
            why: at === 0 ? t.parts.firstColumn : null,
            run: () => onShown(columnsWith(columns, shown, id)),
          })),
        },
        {
          entries: [
            {
              label: t.parts.columnsUsual,
              why: shown === undefined ? t.parts.columnsAreUsual : null,
              run: () => onShown(undefined),
            },
          ],
        },
      ]}
    >
      <Columns3 size={15} aria-hidden />
      {t.parts.columns}
    </Menu>
  )
}
