/** The ledger: every entry, newest first, what was hashed beside it, and its verification in this browser. */
import { useCallback, useMemo, useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { present } from '../frame/search.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { Button } from '../parts/button.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { DataTable } from '../parts/dataTable.tsx'
import type { DataColumn } from '../parts/dataTableColumns.ts'
import { Page } from '../parts/page.tsx'
import { Empty, FailureNote } from '../parts/states.tsx'
import { Stamp } from '../parts/time.tsx'
import { TokenField } from '../parts/tokens/tokenField.tsx'
import { t } from '../texts.ts'
import { entriesQuery, headQuery, type EntriesVariables, type Entry } from './documents.ts'
import { EntryDrawer } from './entryDrawer.tsx'
import { partyOf } from './parties.ts'
import { isWhole, ledgerFilterOf, ledgerGrammar } from './ledgerFilter.ts'
import { Place, VerifyPanel } from './verifyPanel.tsx'

const route = getRouteApi('/inside/records')

const pageLength = 200

const fields = ledgerGrammar.map((field) => ({ ...field, label: t.records.fieldLabels[field.name] }))

const columns: readonly DataColumn<Entry>[] = [
  { id: 'seq', title: t.records.seq, width: 84, cell: ({ seq }) => <span className="font-mono">{seq}</span> },
  {
    id: 'when',
    title: t.records.when,
    width: 172,
    cell: ({ occurredAt }) =>
      occurredAt === null ? <span className="text-muted">{t.none}</span> : <Stamp instant={occurredAt} />,
  },
  {
    id: 'type',
    title: t.records.type,
    width: 165,
    grows: 1,
    cell: ({ type }) =>
      type === null ? (
        <span className="text-muted">{t.records.hidden}</span>
      ) : (
        <span className="font-mono text-[13px]">{type}</span>
      ),
  },
  {
    id: 'subject',
    title: t.records.subject,
    width: 160,
    grows: 1,
    cell: ({ body }) => {
      const subject = partyOf(body, 'subject')
      return subject === null ? null : (
        <span className="block truncate font-mono text-[13px]" title={subject.id}>
          {subject.kind} <span className="text-muted">{subject.id.slice(-8)}</span>
        </span>
      )
    },
  },
  {
    id: 'actor',
    title: t.records.actor,
    width: 145,
    cell: ({ body }) => {
      const actor = partyOf(body, 'actor')
      return actor === null ? null : (
        <span className="block truncate font-mono text-[13px]" title={actor.id}>
          {actor.kind} <span className="text-muted">{actor.id.slice(-8)}</span>
        </span>
      )
    },
  },
  {
    id: 'leaf',
    title: t.records.leaf,
    width: 125,
    cell: ({ leafHash }) => (
      <span className="font-mono text-[13px] text-muted" title={leafHash}>
        {leafHash.slice(0, 10)}…
      </span>
    ),
  },
]
const rowId = ({ seq }: Entry): string => String(seq)

export function RecordsPage() {
  const { q, at, seq, id } = route.useSearch()
  const navigate = route.useNavigate()
  // The instant that `since:7d` is told from stays while the filter does.
  const filter = useMemo(() => ledgerFilterOf(q, at, Date.now()), [q, at])
  const [page, setPage] = useState<{ of: object; after: string } | null>(null)
  const variables: EntriesVariables = {
    first: pageLength,
    after: page?.of === filter ? page.after : null,
    filter,
  }
  const [{ data, error, fetching, stale }, again] = useQuery({ query: entriesQuery, variables })
  const [{ data: end }] = useQuery({ query: headQuery, variables: {} })
  const [jump, setJump] = useState(at ?? '')
  const entries = data?.ledger.nodes
  const { hasNextPage = false, endCursor = null } = data?.ledger.pageInfo ?? {}
  /** Below the list where there is no room beside it, and then only when there is something in it. */
  const isOpen = seq !== undefined || id !== undefined
  const isBusy = fetching || stale
  const more = useCallback(() => {
    if (!isBusy && endCursor !== null) setPage({ of: filter, after: endCursor })
  }, [isBusy, endCursor, filter])
  const loaded = entries?.length ?? 0
  const total = isWhole(filter)
    ? Math.max(Math.min(Number(end?.ledgerHead.seq ?? loaded), Number(filter.toSeq ?? Infinity)), loaded)
    : loaded + (hasNextPage ? 1 : 0)
  const choose = useCallback(
    (chosen: string): void =>
      void navigate({ search: (before) => present({ ...before, seq: chosen, id: undefined }), replace: true }),
    [navigate],
  )
  const goTo = (place: string): void => {
    const wanted = /^[1-9]\d{0,15}$/.test(place.trim()) ? place.trim() : undefined
    void navigate({
      search: (before) => present({ ...before, at: wanted, seq: wanted ?? before.seq, id: undefined }),
    })
  }
  return (
    <Page title={t.records.title} actions={<CopyQuery query={entriesQuery} variables={variables} />}>
      <VerifyPanel />
      <div className="flex flex-wrap items-center gap-3 bg-surface px-6 py-2">
        <TokenField
          label={t.records.filter}
          placeholder={t.records.filterHint}
          fields={fields}
          value={q}
          onValue={(value) => void navigate({ search: (before) => present({ ...before, q: value }), replace: true })}
        />
        <Place label={t.records.goTo} value={jump} onValue={setJump} onGo={() => goTo(jump)} />
        <Button size="small" onClick={() => goTo(jump)}>
          {t.records.go}
        </Button>
        {at !== undefined && (
          <Button
            size="small"
            onClick={() => {
              setJump('')
              goTo('')
            }}
          >
            {t.records.newest}
          </Button>
        )}
      </div>
      {error !== undefined && data === undefined ? (
        <div className="p-6">
          <FailureNote failure={asFailure(error)} onRetry={() => again({ requestPolicy: 'network-only' })} />
        </div>
      ) : (
        <div
          className={`grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_26rem] grid-rows-1 max-xl:grid-cols-1 ${isOpen ? 'max-xl:grid-rows-2' : 'max-xl:[&>aside]:hidden'}`}
        >
          <div className="flex min-h-0 min-w-0 flex-col">
            <DataTable
              label={t.records.title}
              columns={columns}
              rows={entries}
              total={total}
              rowId={rowId}
              rowName={({ seq: number }) => t.records.entry(number)}
              chosen={seq}
              onChoose={choose}
              onOpen={choose}
              onMore={hasNextPage ? more : undefined}
              empty={<Empty title={isWhole(filter) ? t.records.empty : t.records.emptyFiltered} />}
            />
          </div>
          <EntryDrawer entry={entries?.find((entry) => rowId(entry) === seq)} id={id} seq={seq} />
        </div>
      )}
    </Page>
  )
}
