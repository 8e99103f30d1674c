/** What can be done to the selection: those ticked, or everything that matches the filter. */
import { useState } from 'react'
import { useHasCapability } from '../frame/viewer.ts'
import { Button } from '../parts/button.tsx'
import type { Selection } from '../parts/rowSelection.ts'
import { t } from '../texts.ts'
import { BulkDialog } from './bulkDialog.tsx'
import type { AgentFilter } from './directoryFilter.ts'
import { standingActs, type StandingAct } from './standing.tsx'

interface Props {
  selection: Selection
  /** All that match are meant, not only those ticked. */
  isWhole: boolean
  total: number
  filter: AgentFilter
  onWhole: () => void
  onClear: () => void
  onStarted: (bulkActId: string) => void
}

export function BulkBar({ selection, isWhole, total, filter, onWhole, onClear, onStarted }: Props) {
  const [act, setAct] = useState<StandingAct | null>(null)
  const mayAct = useHasCapability('agents:status')
  if (selection.size === 0) return null
  const why = mayAct ? null : t.needs('agents:status')
  return (
    <section
      aria-label={t.directory.bulk}
      className="flex flex-wrap items-center gap-2 border-t border-line bg-raised px-6 py-2"
    >
      <p role="status" className="font-medium">
        {isWhole ? t.directory.allSelected(total) : t.directory.selected(selection.size)}
      </p>
      {!isWhole && total > selection.size && (
        <Button size="small" look="quiet" onClick={onWhole}>
          {t.directory.selectAll(total)}
        </Button>
      )}
      <Button size="small" look="quiet" onClick={onClear}>
        {t.directory.unselect}
      </Button>
      <span className="ml-auto flex flex-wrap gap-2">
        {standingActs.map((each) => (
          <Button key={each} size="small" why={why} onClick={() => setAct(each)}>
            {t.standing.button[each]}
          </Button>
        ))}
      </span>
      {act !== null && (
        <BulkDialog
          act={act}
          target={isWhole ? { filter } : { agentIds: [...selection] }}
          onClose={() => setAct(null)}
          onStarted={onStarted}
        />
      )}
    </section>
  )
}
