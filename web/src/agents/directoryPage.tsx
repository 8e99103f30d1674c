/** The directory: every agent in scope, filtered and ordered by the address, thousands of them in a few dozen rows. */
import { useEffect, useMemo, useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { present } from '../frame/search.ts'
import { useHasCapability } from '../frame/viewer.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { LivePill } from '../live/live.tsx'
import { Button } from '../parts/button.tsx'
import { ColumnChooser } from '../parts/columnChooser.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { DataTable } from '../parts/dataTable.tsx'
import { Page } from '../parts/page.tsx'
import type { Selection } from '../parts/rowSelection.ts'
import { Empty, FailureNote } from '../parts/states.tsx'
import { TokenField } from '../parts/tokens/tokenField.tsx'
import { t } from '../texts.ts'
import { columnsOf } from './agentColumns.tsx'
import { AgentPeek } from './agentPeek.tsx'
import { BulkBar } from './bulkBar.tsx'
import { BulkStrip } from './bulkStrip.tsx'
import { directoryQuery, type ListedAgent } from './directoryDocuments.ts'
import { orderOf, type AgentFilter } from './directoryFilter.ts'
import { ExportButton, ExportStrip } from './exportStrip.tsx'
import { MoveDialog } from './moveDialog.tsx'
import { RegisterDialog } from './registerDialog.tsx'
import type { RowAct } from './rowActs.tsx'
import { StandingDialog } from './standing.tsx'
import { useDirectoryFields } from './useDirectoryFields.ts'
import { useDirectoryFilter } from './useDirectoryFilter.ts'

const route = getRouteApi('/inside/agents')

/** One window of the list. */
const pageLength = 100

export function DirectoryPage() {
  const { q } = route.useSearch()
  const navigate = route.useNavigate()
  const fields = useDirectoryFields()
  const { filter, named } = useDirectoryFilter(q)
  const [isRegistering, setIsRegistering] = useState(false)
  const [round, setRound] = useState(0)
  const mayWrite = useHasCapability('agents:write')
  const change = (text: string | undefined): void =>
    void navigate({ search: (before) => present({ ...before, q: text, row: undefined }), replace: true })
  useEffect(() => {
    if (named !== null) change(named)
  }, [named])
  return (
    <Page
      title={t.directory.title}
      actions={
        <Button look="primary" why={mayWrite ? null : t.needs('agents:write')} onClick={() => setIsRegistering(true)}>
          {t.register.open}
        </Button>
      }
    >
      <div className="flex px-6 pt-3 pb-2">
        <TokenField
          label={t.directory.filter}
          placeholder={t.directory.filterHint}
          fields={fields}
          value={q}
          onValue={change}
        />
      </div>
      <List key={q ?? ''} filter={filter} round={round} onChanged={() => setRound((before) => before + 1)} />
      {isRegistering && (
        <RegisterDialog onClose={() => setIsRegistering(false)} onDone={() => setRound((before) => before + 1)} />
      )}
    </Page>
  )
}

interface ListProps {
  /** Null while names in it are looked up. */
  filter: AgentFilter | null
  /** Counts what changed the list from outside: it is fetched anew. */
  round: number
  onChanged: () => void
}

function List({ filter, round, onChanged }: ListProps) {
  const { row, peek, sort, columns: columnsShown } = route.useSearch()
  const navigate = route.useNavigate()
  const [place, setPlace] = useState<{ sort: string | undefined; after: string | null }>({ sort, after: null })
  const [selection, setSelection] = useState<Selection>(new Set())
  const [isWhole, setIsWhole] = useState(false)
  const [acting, setActing] = useState<{ agent: ListedAgent; act: RowAct } | null>(null)
  const after = place.sort === sort ? place.after : null
  const asked = { filter: filter ?? {}, orderBy: orderOf(sort) }
  const [{ data, error, fetching, stale }, again] = useQuery({
    query: directoryQuery,
    variables: { first: pageLength, after, ...asked },
    pause: filter === null,
  })
  const columns = useMemo(() => columnsOf((agent, act) => setActing({ agent, act })), [])
  const { hasNextPage = false, endCursor = null } = data?.agents.pageInfo ?? {}
  const total = data?.agents.totalCount ?? 0
  const search = (part: object, replace = true): void =>
    void navigate({ search: (before) => present({ ...before, ...part }), replace })
  const refresh = (): void => {
    // From the first window on; later ones are dropped with it (`graph/client.ts`).
    setPlace({ sort, after: null })
    again({ requestPolicy: 'network-only' })
  }
  useEffect(() => {
    if (round > 0) refresh()
  }, [round])
  const open = (agentId: string): void => void navigate({ to: '/agents/$agentId', params: { agentId } })
  const select = (next: Selection): void => {
    setIsWhole(false)
    setSelection(next)
  }
  if (error !== undefined && data === undefined) {
    return (
      <div className="p-6">
        <FailureNote failure={asFailure(error)} onRetry={() => again({ requestPolicy: 'network-only' })} />
      </div>
    )
  }
  const isEmptyCompany = filter !== null && Object.keys(filter).length === 0
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 px-6 pb-2 text-[12.5px] text-muted">
        <p role="status">{data === undefined ? t.loading : t.directory.shown(total)}</p>
        <CopyQuery query={directoryQuery} variables={{ first: pageLength, after: null, ...asked }} />
        <LivePill typename="Agent" onApply={refresh} />
        <span className="ml-auto flex items-center gap-2">
          <ExportButton
            filter={asked.filter}
            why={total === 0 ? t.csv.nothing : null}
            onStarted={(file) => search({ file })}
          />
          <ColumnChooser columns={columns} shown={columnsShown} onShown={(shown) => search({ columns: shown })} />
        </span>
      </div>
      <ExportStrip onDismiss={() => search({ file: undefined })} />
      <BulkStrip onDone={onChanged} onDismiss={() => search({ act: undefined })} />
      <BulkBar
        selection={selection}
        isWhole={isWhole}
        total={total}
        filter={asked.filter}
        onWhole={() => setIsWhole(true)}
        onClear={() => select(new Set())}
        onStarted={(act) => {
          select(new Set())
          search({ act })
        }}
      />
      <div className="relative flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col">
          <DataTable
            label={t.directory.title}
            columns={columns}
            columnsShown={columnsShown}
            sort={sort}
            onSort={(next) => search({ sort: next })}
            rows={data?.agents.nodes}
            total={total}
            rowId={idOf}
            rowName={nameOf}
            chosen={row}
            onChoose={(id) => search({ row: id })}
            onOpen={open}
            onPeek={() => search({ peek: peek === undefined ? 'open' : undefined })}
            selection={selection}
            onSelection={select}
            onMore={hasNextPage ? () => !fetching && !stale && setPlace({ sort, after: endCursor }) : undefined}
            moreFailed={error === undefined ? undefined : asFailure(error)}
            empty={
              isEmptyCompany ? (
                <Empty title={t.directory.nobody}>{t.directory.nobodyHint}</Empty>
              ) : (
                <Empty title={t.directory.empty}>{t.directory.emptyHint}</Empty>
              )
            }
          />
        </div>
        {peek !== undefined && row !== undefined && (
          <AgentPeek key={row} agentId={row} onClose={() => search({ peek: undefined })} onOpen={() => open(row)} />
        )}
      </div>
      {acting !== null && acting.act !== 'MOVE' && (
        <StandingDialog agent={acting.agent} act={acting.act} onClose={() => setActing(null)} />
      )}
      {acting?.act === 'MOVE' && <MoveDialog agent={acting.agent} onClose={() => setActing(null)} />}
    </>
  )
}

const idOf = ({ id }: ListedAgent): string => id
const nameOf = ({ displayName }: ListedAgent): string => displayName
