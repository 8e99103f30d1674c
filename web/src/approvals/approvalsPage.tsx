/** Approvals: the queue by deadline on the left, the action under review on the right. */
import { useCallback, useMemo, useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { unitsQuery } from '../agents/documents.ts'
import { present } from '../frame/search.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { LivePill } from '../live/live.tsx'
import { Button } from '../parts/button.tsx'
import { Select } from '../parts/select.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, FailureNote, Loading } from '../parts/states.tsx'
import { TokenField } from '../parts/tokens/tokenField.tsx'
import { useRows } from '../parts/useRows.ts'
import { t } from '../texts.ts'
import { ApprovalReview } from './approvalReview.tsx'
import { queueQuery, type QueueVariables } from './documents.ts'
import { queueFilterOf, queueGrammar } from './queueFilter.ts'
import { QueueRow } from './queueRow.tsx'
import type { Seen, SeenApproval } from './seen.ts'

const route = getRouteApi('/inside/approvals')

/** A window of the queue, which is worked off from its front. */
const queueLength = 100

export function ApprovalsPage() {
  const { q, status, order, id } = route.useSearch()
  const navigate = route.useNavigate()
  const [{ data: tree }] = useQuery({ query: unitsQuery, variables: {}, requestPolicy: 'cache-first' })
  const units = tree?.orgUnits
  const fields = useMemo(
    () =>
      queueGrammar.map((field) => ({
        ...field,
        label: t.approvals.fieldLabels[field.name],
        ...(field.name === 'team' ? { complete: () => (units ?? []).map(({ name }) => ({ value: name })) } : {}),
      })),
    [units],
  )
  const filter = useMemo(
    () => queueFilterOf(q, status, (name) => units?.find((unit) => unit.name.toLowerCase() === name.toLowerCase())?.id),
    [q, status, units],
  )
  // A page goes with the filter it is a page of.
  const [page, setPage] = useState<{ of: object; after: string } | null>(null)
  const variables: QueueVariables = {
    first: queueLength,
    after: page?.of === filter ? page.after : null,
    filter,
    orderBy: order === 'created' ? 'CREATED' : 'DEADLINE',
  }
  const [{ data, error, fetching }, again] = useQuery({ query: queueQuery, variables })
  const nodes = data?.approvals.nodes ?? []
  const { hasNextPage = false, endCursor = null } = data?.approvals.pageInfo ?? {}
  const [seen, setSeen] = useState<Seen>(new Map())
  const onSeen = useCallback(
    (opened: string, what: SeenApproval) => setSeen((before) => new Map(before).set(opened, what)),
    [],
  )
  const choose = (chosen: string | undefined): void =>
    void navigate({ search: (before) => present({ ...before, id: chosen }), replace: true })
  const refresh = (): void => again({ requestPolicy: 'network-only' })
  useRows({ ids: nodes.map((each) => each.id), chosen: id, onChoose: choose })
  return (
    <Page
      title={t.approvals.title}
      actions={
        <>
          <LivePill typename="Approval" onApply={refresh} />
          <CopyQuery query={queueQuery} variables={variables} />
          <Select
            label={t.approvals.order}
            value={order ?? 'deadline'}
            options={[
              { value: 'deadline', label: t.approvals.orders.deadline },
              { value: 'created', label: t.approvals.orders.created },
            ]}
            onValue={(value) =>
              void navigate({
                search: (before) => present({ ...before, order: value === 'created' ? value : undefined }),
                replace: true,
              })
            }
          />
        </>
      }
    >
      <div className="border-b border-line bg-surface px-6 py-2">
        <TokenField
          label={t.approvals.filter}
          placeholder={t.approvals.filterHint}
          fields={fields}
          value={q ?? (status === undefined ? undefined : `status:${status.toLowerCase()}`)}
          onValue={(value) =>
            void navigate({
              search: (before) => present({ ...before, q: value, status: undefined }),
              replace: true,
            })
          }
        />
      </div>
      {/* Where there is no room for both, the queue until one is chosen, then that one. */}
      <div className="grid min-h-0 flex-1 grid-cols-[25rem_minmax(0,1fr)] grid-rows-1 max-lg:grid-cols-1">
        <section
          aria-label={t.approvals.queue}
          className={`min-h-0 overflow-y-auto border-r border-line ${id === undefined ? '' : 'max-lg:hidden'}`}
        >
          {error !== undefined && data === undefined ? (
            <div className="p-4">
              <FailureNote failure={asFailure(error)} onRetry={refresh} />
            </div>
          ) : data === undefined && fetching ? (
            <Loading />
          ) : nodes.length === 0 ? (
            <Empty title={q === undefined && status === undefined ? t.approvals.empty : t.approvals.emptyFiltered}>
              {t.approvals.emptyHint}
            </Empty>
          ) : (
            <>
              <p role="status" className="border-b border-line px-4 py-1.5 text-[12.5px] text-muted">
                {t.approvals.shownOf(nodes.length, data?.approvals.totalCount ?? nodes.length)}
              </p>
              <ul>
                {nodes.map((each) => (
                  <QueueRow key={each.id} approval={each} chosen={each.id === id} onChoose={() => choose(each.id)} />
                ))}
              </ul>
              {hasNextPage && endCursor !== null && (
                <div className="p-3">
                  <Button size="small" busy={fetching} onClick={() => setPage({ of: filter, after: endCursor })}>
                    {t.approvals.more}
                  </Button>
                </div>
              )}
            </>
          )}
        </section>
        <section className={`min-h-0 overflow-y-auto ${id === undefined ? 'max-lg:hidden' : ''}`} tabIndex={-1}>
          {id === undefined ? (
            <Empty title={t.approvals.pick} />
          ) : (
            <>
              <p className="px-6 pt-3 lg:hidden">
                <Button size="small" onClick={() => choose(undefined)}>
                  {t.approvals.backToQueue}
                </Button>
              </p>
              {data !== undefined && !fetching && !hasNextPage && !nodes.some((each) => each.id === id) && (
                <p className="mx-auto max-w-4xl px-6 pt-3 text-[12.5px] text-muted">{t.approvals.notInList}</p>
              )}
              <ApprovalReview key={id} id={id} queue={nodes} seen={seen} onSeen={onSeen} onDecided={refresh} />
            </>
          )}
        </section>
      </div>
    </Page>
  )
}
