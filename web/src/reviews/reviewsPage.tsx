/** The access reviews in sight, newest first: how far each is, and when it is due. */
import { useMemo, useState } from 'react'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { present } from '../frame/search.ts'
import { useHasCapability } from '../frame/viewer.ts'
import { reviewStatuses, type ReviewStatus } from '../frame/vocabulary.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { LivePill } from '../live/live.tsx'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { DataTable } from '../parts/dataTable.tsx'
import type { DataColumn } from '../parts/dataTableColumns.ts'
import { Page } from '../parts/page.tsx'
import { Select } from '../parts/select.tsx'
import { Denied, Empty, FailureNote, ReadOnlyNote } from '../parts/states.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { reviewsQuery, type ListedReview } from './documents.ts'
import { OpenDialog } from './openDialog.tsx'
import { ProgressBar } from './progressBar.tsx'

const route = getRouteApi('/inside/reviews')
const pageLength = 50

export function ReviewsPage() {
  const { status, mine } = route.useSearch()
  return <List key={`${status ?? ''} ${mine ?? ''}`} />
}

function List() {
  const { status, mine, row } = route.useSearch()
  const navigate = route.useNavigate()
  const [after, setAfter] = useState<string | null>(null)
  const [opening, setOpening] = useState(false)
  const filter = { status: status ?? null, mine: mine === 'yes' ? true : null }
  const variables = { first: pageLength, after, filter }
  const [{ data, error, fetching, stale }, again] = useQuery({ query: reviewsQuery, variables })
  const mayOpen = useHasCapability('reviews:write')
  const mayRead = useHasCapability('reviews:read')
  const { hasNextPage = false, endCursor = null } = data?.accessReviews.pageInfo ?? {}
  const columns = useMemo(columnsOf, [])
  const refresh = (): void => again({ requestPolicy: 'network-only' })
  const open = (reviewId: string): void => void navigate({ to: '/reviews/$reviewId', params: { reviewId } })
  const change = (part: { status?: ReviewStatus | undefined; mine?: 'yes' | undefined }): void =>
    void navigate({ search: (before) => present({ ...before, row: undefined, ...part }), replace: true })
  const nodes = data?.accessReviews.nodes
  return (
    <Page
      title={t.reviews.title}
      actions={
        <>
          <LivePill typename="AccessReview" onApply={refresh} />
          <CopyQuery query={reviewsQuery} variables={{ ...variables, after: null }} />
          <Select
            label={t.reviews.status}
            value={status ?? 'any'}
            options={[
              { value: 'any', label: t.reviews.any },
              ...reviewStatuses.map((value) => ({ value, label: t.reviews.statuses[value] ?? value })),
            ]}
            onValue={(value) => change({ status: reviewStatuses.find((each) => each === value) })}
          />
          <Select
            label={t.reviews.who}
            value={mine ?? 'all'}
            options={[
              { value: 'all', label: t.reviews.reviewers.all },
              { value: 'yes', label: t.reviews.mine },
            ]}
            onValue={(value) => change({ mine: value === 'yes' ? 'yes' : undefined })}
          />
          <Button look="primary" why={mayOpen ? null : t.needs('reviews:write')} onClick={() => setOpening(true)}>
            {t.reviews.open}
          </Button>
        </>
      }
    >
      {mayRead && !mayOpen && <ReadOnlyNote capability="reviews:write" />}
      {!mayRead ? (
        <Denied title={t.reviews.title} capability="reviews:read" />
      ) : error !== undefined && data === undefined ? (
        <div className="p-6">
          <FailureNote failure={asFailure(error)} onRetry={refresh} />
        </div>
      ) : (
        <DataTable
          label={t.reviews.title}
          columns={columns}
          rows={nodes}
          total={(nodes?.length ?? 0) + (hasNextPage ? 1 : 0)}
          rowId={idOf}
          rowName={nameOf}
          chosen={row}
          onChoose={(id) => void navigate({ search: (before) => ({ ...before, row: id }), replace: true })}
          onOpen={open}
          onMore={hasNextPage ? () => !fetching && !stale && setAfter(endCursor) : undefined}
          moreFailed={error === undefined ? undefined : asFailure(error)}
          empty={<Empty title={t.reviews.empty}>{t.reviews.emptyHint}</Empty>}
        />
      )}
      {opening && <OpenDialog onClose={() => setOpening(false)} onOpened={open} />}
    </Page>
  )
}

const idOf = ({ id }: ListedReview): string => id
const nameOf = ({ name }: ListedReview): string => name

function columnsOf(): readonly DataColumn<ListedReview>[] {
  const { columns } = t.reviews
  return [
    {
      id: 'name',
      title: columns.name,
      width: 260,
      grows: 2,
      cell: ({ id, name }) => (
        <Link
          to="/reviews/$reviewId"
          params={{ reviewId: id }}
          className="truncate font-medium hover:text-accent hover:underline"
        >
          {name}
        </Link>
      ),
    },
    { id: 'status', title: columns.status, width: 190, cell: (review) => <ReviewState review={review} /> },
    {
      id: 'scope',
      title: columns.scope,
      width: 180,
      grows: 1,
      cell: (review) => <span className="truncate">{scopeWords(review)}</span>,
    },
    { id: 'progress', title: columns.progress, width: 220, cell: ({ progress }) => <ProgressBar {...progress} /> },
    {
      id: 'mine',
      title: columns.mine,
      width: 110,
      align: 'end',
      cell: ({ status, progress }) => (status === 'OPEN' ? progress.mineTotal - progress.mineDecided : t.none),
    },
    { id: 'due', title: columns.due, width: 130, cell: ({ dueAt }) => <Ago instant={dueAt} /> },
    { id: 'opened', title: columns.opened, width: 130, cell: ({ openedAt }) => <Ago instant={openedAt} /> },
  ]
}

export function ReviewState({ review: { status, isOverdue } }: { review: ListedReview }) {
  return (
    <span className="flex gap-1.5">
      <Badge tone={status === 'OPEN' ? 'warn' : 'good'}>{t.reviews.statuses[status] ?? status}</Badge>
      {isOverdue && <Badge tone="bad">{t.reviews.overdue}</Badge>}
    </span>
  )
}

export function scopeWords({ scopeId, scope }: ListedReview): string {
  if (scopeId === null) return t.reviews.wholeScope
  return scope?.name ?? t.reviews.hiddenScope
}
