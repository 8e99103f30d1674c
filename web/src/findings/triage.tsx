/** The triage list: filtered by tokens, most exposed first, worked by keyboard, one at a time or many at once. */
import { useMemo, useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { present } from '../frame/search.ts'
import { useHasCapability, useViewer } from '../frame/viewer.ts'
import { findingOrders } from '../frame/vocabulary.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { LivePill } from '../live/live.tsx'
import { ColumnChooser } from '../parts/columnChooser.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { DataTable } from '../parts/dataTable.tsx'
import type { Selection } from '../parts/rowSelection.ts'
import { Select } from '../parts/select.tsx'
import { Empty, FailureNote } from '../parts/states.tsx'
import { TokenField } from '../parts/tokens/tokenField.tsx'
import { t } from '../texts.ts'
import { BulkActs } from './bulkActs.tsx'
import { findingsQuery, rulesQuery, type Finding } from './documents.ts'
import { fieldsOf, filterOf, usualFilter } from './filter.ts'
import { findingColumns } from './findingColumns.tsx'
import { InUnit } from './inUnit.tsx'
import { FindingPanel } from './findingPanel.tsx'

const route = getRouteApi('/inside/findings')
/** One window of the list. */
const pageLength = 100
const none: Selection = new Set()

export function Triage() {
  const { q, order, unit } = route.useSearch()
  return <List key={`${q ?? ''} ${order ?? ''} ${unit ?? ''}`} />
}

function List() {
  const { q = usualFilter, order = 'exposure', id, unit, columns: columnsShown } = route.useSearch()
  const navigate = route.useNavigate()
  const me = useViewer()?.id
  const mayWrite = useHasCapability('findings:write')
  const [after, setAfter] = useState<string | null>(null)
  const [ticked, setTicked] = useState<Selection>(none)
  const [{ data: known }] = useQuery({ query: rulesQuery, variables: {}, requestPolicy: 'cache-first' })
  const fields = useMemo(() => fieldsOf(known?.detectionRules ?? []), [known])
  // Ages are counted from when the list was asked for, not from every redraw.
  const filter = useMemo(() => ({ ...filterOf(q, me, Date.now()), ...present({ orgUnit: unit }) }), [q, me, unit])
  const shape = { filter, order: order === 'seen' ? ('LAST_SEEN' as const) : ('EXPOSURE' as const) }
  const [{ data, error, fetching, stale }, again] = useQuery({
    query: findingsQuery,
    variables: { first: pageLength, after, ...shape },
  })
  const columns = useMemo(() => findingColumns(), [])
  const { hasNextPage = false, endCursor = null } = data?.findings.pageInfo ?? {}
  const refresh = (): void => again({ requestPolicy: 'network-only' })
  const choose = (next: string | undefined): void =>
    void navigate({ search: (before) => present({ ...before, id: next }), replace: true })
  const rows = data?.findings.nodes
  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex min-w-0 flex-1 flex-col">
        <search className="flex flex-wrap items-center gap-3 px-6 pt-3 pb-2">
          <TokenField
            label={t.findings.filter}
            placeholder={t.findings.filterHint}
            fields={fields}
            value={q}
            onValue={(value) =>
              void navigate({
                search: (before) => present({ ...before, q: value ?? ' ', id: undefined }),
                replace: true,
              })
            }
            className="min-w-64 flex-1"
          />
          <Select
            label={t.findings.order}
            value={order}
            options={findingOrders.map((value) => ({ value, label: t.findings.orders[value] }))}
            onValue={(value) => void navigate({ search: (before) => present({ ...before, order: value }) })}
          />
        </search>
        <div className="flex min-h-9 flex-wrap items-center gap-3 px-6 pb-2 text-[12.5px] text-muted">
          <p role="status">{data === undefined ? t.loading : t.findings.shown(data.findings.totalCount)}</p>
          <InUnit />
          <LivePill typename="Finding" onApply={refresh} />
          <BulkActs
            ids={[...ticked]}
            why={mayWrite ? null : t.needs('findings:write')}
            onDone={() => {
              setTicked(none)
              refresh()
            }}
          />
          <span className="ml-auto flex items-center gap-2">
            <CopyQuery query={findingsQuery} variables={{ first: pageLength, after: null, ...shape }} />
            <ColumnChooser
              columns={columns}
              shown={columnsShown}
              onShown={(shown) => void navigate({ search: (before) => present({ ...before, columns: shown }) })}
            />
          </span>
        </div>
        {error !== undefined && data === undefined ? (
          <div className="p-6">
            <FailureNote failure={asFailure(error)} onRetry={refresh} />
          </div>
        ) : (
          <DataTable
            label={t.findings.title}
            columns={columns}
            columnsShown={columnsShown}
            rows={rows}
            total={data?.findings.totalCount ?? 0}
            rowId={idOf}
            rowName={summaryOf}
            chosen={id}
            onChoose={choose}
            onOpen={choose}
            onBack={() => choose(undefined)}
            selection={ticked}
            onSelection={setTicked}
            onMore={hasNextPage ? () => !fetching && !stale && setAfter(endCursor) : undefined}
            moreFailed={error === undefined ? undefined : asFailure(error)}
            empty={<Empty title={t.findings.empty}>{t.findings.emptyHint}</Empty>}
          />
        )}
      </div>
      {id !== undefined && <FindingPanel key={id} id={id} onClose={() => choose(undefined)} onChanged={refresh} />}
    </div>
  )
}

const idOf = ({ id }: Finding): string => id
const summaryOf = ({ summary, agent }: Finding): string => `${summary}, ${agent?.displayName ?? t.findings.noAgent}`
