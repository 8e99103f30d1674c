/** The directory: every agent in scope, filtered by the address, thousands of them in a few dozen rows of the page. */
import { useMemo, useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { present } from '../frame/search.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { LivePill } from '../live/live.tsx'
import { ColumnChooser } from '../parts/columnChooser.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { DataTable } from '../parts/dataTable.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, FailureNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { columnsOf } from './agentColumns.tsx'
import { directoryQuery, type ListedAgent } from './documents.ts'
import { FilterBar } from './filterBar.tsx'
import { StandingDialog, type StandingAct } from './standing.tsx'

const route = getRouteApi('/inside/agents')

/** One window of the list. */
const pageLength = 100

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
  const { q, status, tier, team, owner, row, columns: columnsShown } = route.useSearch()
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
  const columns = useMemo(() => columnsOf((agent, act) => setActing({ agent, act })), [])
  const { hasNextPage = false, endCursor = null } = data?.agents.pageInfo ?? {}
  const choose = (id: string): void => void navigate({ search: (before) => ({ ...before, row: id }), replace: true })
  const open = (agentId: string): void => void navigate({ to: '/agents/$agentId', params: { agentId } })
  if (error !== undefined && data === undefined) {
    return (
      <div className="p-6">
        <FailureNote failure={asFailure(error)} onRetry={() => again({ requestPolicy: 'network-only' })} />
      </div>
    )
  }
  return (
    <>
      <div className="flex items-center gap-3 px-6 pb-2 text-[12.5px] text-muted">
        <p role="status">{data === undefined ? t.loading : t.agents.shown(data.agents.totalCount)}</p>
        <CopyQuery query={directoryQuery} variables={{ first: pageLength, after: null, filter }} />
        <LivePill typename="Agent" onApply={() => again({ requestPolicy: 'network-only' })} />
        <span className="ml-auto">
          <ColumnChooser
            columns={columns}
            shown={columnsShown}
            onShown={(shown) => void navigate({ search: (before) => present({ ...before, columns: shown }) })}
          />
        </span>
      </div>
      <DataTable
        label={t.agents.title}
        columns={columns}
        columnsShown={columnsShown}
        rows={data?.agents.nodes}
        total={data?.agents.totalCount ?? 0}
        rowId={idOf}
        rowName={nameOf}
        chosen={row}
        onChoose={choose}
        onOpen={open}
        onMore={hasNextPage ? () => !fetching && !stale && setAfter(endCursor) : undefined}
        moreFailed={error === undefined ? undefined : asFailure(error)}
        empty={<Empty title={t.agents.empty}>{t.agents.emptyHint}</Empty>}
      />
      {acting !== null && <StandingDialog {...acting} onClose={() => setActing(null)} />}
    </>
  )
}

const idOf = ({ id }: ListedAgent): string => id
const nameOf = ({ displayName }: ListedAgent): string => displayName
