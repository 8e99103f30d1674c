/** The directory: every agent in scope, filtered by the address, thousands of them in a few dozen rows of the page. */
import { useEffect, useRef, useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useQuery } from 'urql'
import { asFailure } from '../graph/requestFailure.ts'
import { LivePill } from '../live/live.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, FailureNote, Loading } from '../parts/states.tsx'
import { useRows } from '../parts/useRows.ts'
import { t } from '../texts.ts'
import { AgentRow, rowGrid, rowHeight } from './agentRow.tsx'
import { directoryQuery, type ListedAgent } from './documents.ts'
import { FilterBar } from './filterBar.tsx'
import { StandingDialog, type StandingAct } from './standing.tsx'

const route = getRouteApi('/inside/agents')

/** One window of the list; the next is fetched before its end comes into view. */
const pageLength = 100
const aheadRows = 30

export function DirectoryPage() {
  const search = route.useSearch()
  const { q, status, tier, team, owner } = search
  const filterKey = JSON.stringify([q, status, tier, team, owner])
  return (
    <Page title={t.agents.title}>
      <FilterBar />
      <List key={filterKey} />
    </Page>
  )
}

function List() {
  const { q, status, tier, team, owner, row } = route.useSearch()
  const navigate = route.useNavigate()
  const [after, setAfter] = useState<string | null>(null)
  const filter = {
    orgUnit: team ?? null,
    owner: owner ?? null,
    riskTier: tier ?? null,
    status: status ?? null,
    text: q ?? null,
  }
  const [{ data, error, fetching, stale }, again] = useQuery({
    query: directoryQuery,
    variables: { first: pageLength, after, filter },
  })
  const [acting, setActing] = useState<{ agent: ListedAgent; act: StandingAct } | null>(null)
  const agents = data?.agents.nodes ?? []
  const place = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: agents.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const shown = rows.getVirtualItems()
  const lastShown = shown.at(-1)?.index ?? 0
  const { hasNextPage = false, endCursor = null } = data?.agents.pageInfo ?? {}
  useEffect(() => {
    if (hasNextPage && !fetching && !stale && lastShown >= agents.length - aheadRows) setAfter(endCursor)
  }, [hasNextPage, fetching, stale, lastShown, agents.length, endCursor])

  const choose = (id: string): void => {
    void navigate({ search: (before) => ({ ...before, row: id }), replace: true })
    const at = agents.findIndex((agent) => agent.id === id)
    if (at >= 0) rows.scrollToIndex(at)
  }
  const open = (agentId: string): void => void navigate({ to: '/agents/$agentId', params: { agentId } })
  useRows({ ids: agents.map(({ id }) => id), chosen: row, onChoose: choose, onOpen: open })

  if (error !== undefined && data === undefined) {
    return (
      <div className="p-6">
        <FailureNote failure={asFailure(error)} onRetry={() => again({ requestPolicy: 'network-only' })} />
      </div>
    )
  }
  if (data === undefined) return <Loading rows={10} />
  return (
    <>
      <div className="flex items-center gap-3 px-6 pb-2 text-[12.5px] text-muted">
        <p role="status">{t.agents.shown(data.agents.totalCount)}</p>
        <CopyQuery query={directoryQuery} variables={{ first: pageLength, after: null, filter }} />
        <LivePill typename="Agent" onApply={() => again({ requestPolicy: 'network-only' })} />
      </div>
      {agents.length === 0 ? (
        <Empty title={t.agents.empty}>{t.agents.emptyHint}</Empty>
      ) : (
        <div
          ref={place}
          role="table"
          aria-label={t.agents.title}
          aria-rowcount={data.agents.totalCount + 1}
          tabIndex={0}
          className="min-h-0 flex-1 overflow-auto border-t border-line bg-surface"
        >
          <div role="rowgroup" className="sticky top-0 z-1 min-w-220 border-b border-line bg-raised">
            <div role="row" className={`${rowGrid} h-8 text-[12.5px] text-muted`}>
              {Object.values(t.agents.columns).map((name) => (
                <span role="columnheader" key={name}>
                  {name}
                </span>
              ))}
            </div>
          </div>
          <div role="rowgroup" className="relative min-w-220" style={{ height: rows.getTotalSize() }}>
            {shown.map(({ index, start }) => {
              const agent = agents[index]
              return (
                agent !== undefined && (
                  <AgentRow
                    key={agent.id}
                    agent={agent}
                    index={index}
                    top={start}
                    chosen={agent.id === row}
                    onAct={(act) => setActing({ agent, act })}
                  />
                )
              )
            })}
          </div>
        </div>
      )}
      {acting !== null && <StandingDialog {...acting} onClose={() => setActing(null)} />}
    </>
  )
}
