/** Putting saved views away: one's own, and shared ones where one's roles reach that far. */
import { useState } from 'react'
import { useAct } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FailureNote, RecordedNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { deleteView, type SavedView } from './savedViews.ts'
import { ViewReach } from './savedViewsMenu.tsx'
import { useHasCapability } from './viewer.ts'

export default function DeleteViewsDialog({ views, onClose }: { views: readonly SavedView[]; onClose: () => void }) {
  const mayTakeDown = useHasCapability('people:write')
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set())
  const [act, run] = useAct(deleteView, ({ deleted }) => deleted)
  const remove = async (id: string): Promise<void> => {
    const next = await run({ input: { id } })
    if (next.state === 'done') setGone((before) => new Set([...before, id]))
  }
  return (
    <Dialog title={t.views.manageTitle} onClose={onClose}>
      <ul className="mb-4 divide-y divide-line border-y border-line">
        {views
          .filter(({ id }) => !gone.has(id))
          .map((view) => (
            <li key={view.id} className="flex items-center gap-3 py-2">
              <span className="min-w-0 flex-1">
                <span className="block truncate">{view.name}</span>
                <ViewReach view={view} />
              </span>
              <Button
                size="small"
                aria-label={t.views.delete(view.name)}
                busy={act.state === 'recording'}
                why={view.isMine || mayTakeDown ? null : t.needs('people:write')}
                onClick={() => void remove(view.id)}
              >
                {t.views.confirmDelete}
              </Button>
            </li>
          ))}
      </ul>
      {act.state === 'done' && <RecordedNote words={t.views.deleted} seq={act.result.receipt.seq} />}
      {act.state === 'refused' && <FailureNote failure={act.failure} />}
      <Button className="mt-4" onClick={onClose}>
        {t.close}
      </Button>
    </Dialog>
  )
}
