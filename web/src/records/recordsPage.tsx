/** The ledger: every entry in order, what was hashed beside it, and its verification in this browser. */
import { useEffect, useRef, useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useQuery } from 'urql'
import { asFailure } from '../graph/requestFailure.ts'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, FailureNote, Loading } from '../parts/states.tsx'
import { Stamp } from '../parts/time.tsx'
import { useRows } from '../parts/useRows.ts'
import { t } from '../texts.ts'
import { entriesQuery, type Entry } from './documents.ts'
import { EntryDrawer } from './entryDrawer.tsx'
import { VerifyPanel } from './verifyPanel.tsx'

const route = getRouteApi('/inside/records')

const pageLength = 200
const aheadRows = 60
const rowHeight = 32
const grid = 'grid grid-cols-[5rem_11.5rem_minmax(11rem,1fr)_9rem] items-center gap-3 px-6'

export function RecordsPage() {
  return (
    <Page
      title={t.records.title}
      actions={<CopyQuery query={entriesQuery} variables={{ first: pageLength, after: null, filter: null }} />}
    >
      <VerifyPanel />
      <Entries />
    </Page>
  )
}

function Entries() {
  const { seq, id } = route.useSearch()
  const navigate = route.useNavigate()
  const [after, setAfter] = useState<string | null>(null)
  const [{ data, error, fetching, stale }, again] = useQuery({
    query: entriesQuery,
    variables: { first: pageLength, after, filter: null },
  })
  const entries = data?.ledger.nodes ?? []
  const place = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 20,
  })
  const shown = rows.getVirtualItems()
  const lastShown = shown.at(-1)?.index ?? 0
  const { hasNextPage = false, endCursor = null } = data?.ledger.pageInfo ?? {}
  useEffect(() => {
    if (hasNextPage && !fetching && !stale && lastShown >= entries.length - aheadRows) setAfter(endCursor)
  }, [hasNextPage, fetching, stale, lastShown, entries.length, endCursor])
  const choose = (chosen: string): void => {
    const at = entries.findIndex((entry) => entry.seq === chosen)
    void navigate({ search: { seq: chosen }, replace: true })
    if (at >= 0) rows.scrollToIndex(at)
  }
  useRows({ ids: entries.map((entry) => entry.seq), chosen: seq, onChoose: choose })
  if (error !== undefined && data === undefined) {
    return (
      <div className="p-6">
        <FailureNote failure={asFailure(error)} onRetry={() => again({ requestPolicy: 'network-only' })} />
      </div>
    )
  }
  if (data === undefined) return <Loading rows={10} />
  if (entries.length === 0) return <Empty title={t.records.empty} />
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_26rem] max-xl:grid-cols-1 max-xl:grid-rows-2">
      <div
        ref={place}
        role="table"
        aria-label={t.records.title}
        tabIndex={0}
        className="min-h-0 overflow-auto bg-surface"
      >
        <div role="rowgroup" className="sticky top-0 z-1 border-b border-line bg-raised">
          <div role="row" className={`${grid} h-8 text-[12.5px] text-muted`}>
            {[t.records.seq, t.records.when, t.records.type, t.records.leaf].map((name) => (
              <span role="columnheader" key={name}>
                {name}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }}>
          {shown.map(({ index, start }) => {
            const entry = entries[index]
            return (
              entry !== undefined && (
                <EntryRow
                  key={entry.seq}
                  entry={entry}
                  top={start}
                  chosen={entry.seq === seq}
                  onChoose={() => choose(entry.seq)}
                />
              )
            )
          })}
        </div>
      </div>
      <EntryDrawer entry={entries.find((entry) => entry.seq === seq)} id={id} />
    </div>
  )
}

interface RowProps {
  entry: Entry
  top: number
  chosen: boolean
  onChoose: () => void
}

function EntryRow({ entry, top, chosen, onChoose }: RowProps) {
  return (
    <div
      role="row"
      aria-selected={chosen}
      onClick={onChoose}
      style={{ height: rowHeight, transform: `translateY(${top}px)` }}
      className={`${grid} absolute inset-x-0 top-0 cursor-pointer border-b border-line hover:bg-raised aria-selected:bg-raised aria-selected:shadow-[inset_3px_0_0] aria-selected:shadow-accent`}
    >
      <span role="cell">
        <button type="button" className="font-mono text-accent hover:underline" onClick={onChoose}>
          {entry.seq}
        </button>
      </span>
      <span role="cell">
        {entry.occurredAt === null ? (
          <span className="text-muted">{t.none}</span>
        ) : (
          <Stamp instant={entry.occurredAt} />
        )}
      </span>
      <span role="cell" className={entry.type === null ? 'truncate text-muted' : 'truncate font-mono text-[13px]'}>
        {entry.type ?? t.records.hidden}
      </span>
      <span role="cell" className="truncate font-mono text-[13px] text-muted" title={entry.leafHash}>
        {entry.leafHash.slice(0, 14)}…
      </span>
    </div>
  )
}
