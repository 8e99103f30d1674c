/** How far an act on many agents is: it goes on while the page is left, and is found again here. */
import { useEffect, useRef, useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { useHasCapability } from '../frame/viewer.ts'
import { AgentText } from '../parts/agentText.tsx'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { t } from '../texts.ts'
import { bulkActQuery, bulkActsQuery, type BulkAct } from './bulkDocuments.ts'
import { useEvery } from './useEvery.ts'

const route = getRouteApi('/inside/agents')
const lookEveryMs = 700

interface Props {
  /** Something was done: the list is not what it was. */
  onDone: () => void
  onDismiss: () => void
}

export function BulkStrip({ onDone, onDismiss }: Props) {
  const { act } = route.useSearch()
  const mayAct = useHasCapability('agents:status')
  const [{ data }] = useQuery({
    query: bulkActsQuery,
    variables: {},
    requestPolicy: 'network-only',
    pause: !mayAct || act !== undefined,
  })
  const id = act ?? data?.bulkActs.find(({ state }) => state === 'RUNNING')?.id
  return id === undefined ? null : <Strip key={id} id={id} onDone={onDone} onDismiss={onDismiss} />
}

function Strip({ id, onDone, onDismiss }: Props & { id: string }) {
  const [{ data }, again] = useQuery({ query: bulkActQuery, variables: { id }, requestPolicy: 'cache-and-network' })
  const [isDismissed, setIsDismissed] = useState(false)
  const [isListing, setIsListing] = useState(false)
  // One that ended before it was first looked at has changed the list as well.
  const wasRunning = useRef(true)
  const bulk = data?.bulkAct
  const isRunning = bulk?.state === 'RUNNING'
  useEvery(lookEveryMs, isRunning, () => again({ requestPolicy: 'network-only' }))
  const isKnown = bulk !== null && bulk !== undefined
  useEffect(() => {
    if (!isKnown) return
    if (wasRunning.current && !isRunning) onDone()
    wasRunning.current = isRunning
  }, [isKnown, isRunning])
  if (bulk === null || bulk === undefined || isDismissed) return null
  const word = t.standing.word[bulk.act]
  const changed = bulk.done - bulk.refusedCount
  return (
    <section className="flex flex-wrap items-center gap-3 border-t border-line bg-raised px-6 py-2">
      <p role="status">
        {isRunning
          ? t.bulk.progress(word, bulk.done, bulk.total)
          : bulk.state === 'DONE'
            ? t.bulk.done(word, changed)
            : t.bulk.failed(word, changed)}
      </p>
      {isRunning && (
        <progress aria-label={word} max={bulk.total} value={bulk.done} className="h-2 w-48 accent-accent-fill" />
      )}
      {bulk.refusedCount > 0 && (
        <Button size="small" onClick={() => setIsListing(true)}>
          {t.bulk.refused(bulk.refusedCount)}
        </Button>
      )}
      {!isRunning && (
        <Button
          size="small"
          look="quiet"
          onClick={() => {
            setIsDismissed(true)
            onDismiss()
          }}
        >
          {t.bulk.dismiss}
        </Button>
      )}
      {isListing && <RefusedDialog bulk={bulk} onClose={() => setIsListing(false)} />}
    </section>
  )
}

function RefusedDialog({ bulk, onClose }: { bulk: BulkAct; onClose: () => void }) {
  return (
    <Dialog title={t.bulk.refusedTitle} onClose={onClose}>
      <ul className="grid gap-1.5">
        {bulk.refused.map(({ agent, message }, at) => (
          <li key={agent?.id ?? at} className="flex justify-between gap-4">
            <span className="truncate font-medium">
              <AgentText text={agent?.displayName ?? t.directory.hidden} />
            </span>
            <span className="text-muted">{message}</span>
          </li>
        ))}
      </ul>
      {bulk.refusedCount > bulk.refused.length && (
        <p className="mt-3 text-muted">{t.bulk.refusedShown(bulk.refused.length, bulk.refusedCount)}</p>
      )}
      <Button className="mt-4" onClick={onClose}>
        {t.close}
      </Button>
    </Dialog>
  )
}
