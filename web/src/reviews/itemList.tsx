/**
 * The certify table: filtered by the address, walked by the arrows, decided by
 * one key where no words are needed. `k` keeps and goes on; `u` takes back the
 * verdict of the row, or the last one that was left.
 */
import { useCallback, useMemo, useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { useKeys } from '../frame/keys.tsx'
import { present } from '../frame/search.ts'
import { useViewer } from '../frame/viewer.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { LivePill } from '../live/live.tsx'
import { ColumnChooser } from '../parts/columnChooser.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { DataTable } from '../parts/dataTable.tsx'
import { Empty, FailureNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { ActBar, type Acts } from './actBar.tsx'
import { itemsQuery, type Review, type ReviewItem, type Verdict } from './documents.ts'
import { columnsOf, type ItemRow } from './itemColumns.tsx'
import { FilterBar, filterOf } from './itemFilters.tsx'
import { ItemPeek } from './itemPeek.tsx'
import { ReassignDialog } from './reassignDialog.tsx'
import { grantWords, useVerdicts } from './useVerdicts.ts'
import { VerdictDialog } from './verdictDialog.tsx'

const route = getRouteApi('/inside/reviews/$reviewId')
const pageLength = 200

export function ItemList({ review, onChanged }: { review: Review; onChanged: () => void }) {
  const { q, reviewer, verdict } = route.useSearch()
  return (
    <>
      <FilterBar />
      <List key={JSON.stringify([q, reviewer, verdict])} review={review} onChanged={onChanged} />
    </>
  )
}

type Asking = { readonly item: ReviewItem; readonly verdict: Verdict | 'reassign' }

function List({ review, onChanged }: { review: Review; onChanged: () => void }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const viewer = useViewer()
  const [after, setAfter] = useState<string | null>(null)
  const [asking, setAsking] = useState<Asking | null>(null)
  const [last, setLast] = useState<string | null>(null)
  const variables = { first: pageLength, after, filter: filterOf(review.id, search) }
  const [{ data, error, fetching, stale }, again] = useQuery({ query: itemsQuery, variables })
  const changed = useCallback(
    (id: string) => {
      setLast(id)
      onChanged()
    },
    [onChanged],
  )
  const verdicts = useVerdicts(changed)
  const columns = useMemo(() => columnsOf(viewer?.id), [viewer?.id])
  const items = data?.reviewItems.nodes
  const rows = useMemo(
    () =>
      items?.map((item, at): ItemRow => ({
        ...item,
        leads: items[at - 1]?.agentId !== item.agentId,
        isRecording: verdicts.recording.has(item.id),
      })),
    [items, verdicts.recording],
  )
  const choose = (row: string): void => void navigate({ search: (before) => ({ ...before, row }), replace: true })
  const at = items?.findIndex(({ id }) => id === search.row) ?? -1
  const chosen = items?.[at]
  const peek = (isOpen: 'yes' | undefined): void =>
    void navigate({ search: (before) => present({ ...before, peek: isOpen }), replace: true })
  const peeked = search.peek === 'yes' ? chosen : undefined
  const goOn = (): void => {
    const next = items?.[at + 1]
    if (next !== undefined) choose(next.id)
  }
  const undoable = [chosen, items?.find(({ id }) => id === last)].find(
    (item) => item !== undefined && item.verdict !== null && item.viewerCanDecide,
  )
  const acts: Acts = {
    keep: () => {
      if (chosen === undefined || !chosen.viewerCanDecide) return
      if (chosen.advice !== 'KEEP') return setAsking({ item: chosen, verdict: 'RECERTIFIED' })
      verdicts.keep(chosen)
      goOn()
    },
    revoke: () => chosen?.viewerCanDecide === true && setAsking({ item: chosen, verdict: 'REVOKED' }),
    modify: () => chosen?.viewerCanDecide === true && setAsking({ item: chosen, verdict: 'MODIFIED' }),
    reassign: () =>
      chosen !== undefined &&
      !chosen.sealed &&
      chosen.verdict === null &&
      setAsking({ item: chosen, verdict: 'reassign' }),
    undo: () => {
      if (undoable === undefined) return
      choose(undoable.id)
      verdicts.undo(undoable)
    },
  }
  useKeys([
    { keys: 'k', label: t.reviews.keys.keep, run: acts.keep },
    { keys: 'r', label: t.reviews.keys.revoke, run: acts.revoke },
    { keys: 'm', label: t.reviews.keys.modify, run: acts.modify },
    { keys: 'f', label: t.reviews.keys.reassign, run: acts.reassign },
    { keys: 'u', label: t.reviews.keys.undo, run: acts.undo },
  ])
  const refresh = (): void => again({ requestPolicy: 'network-only' })
  const { hasNextPage = false, endCursor = null } = data?.reviewItems.pageInfo ?? {}
  if (error !== undefined && data === undefined) {
    return (
      <div className="p-6">
        <FailureNote failure={asFailure(error)} onRetry={refresh} />
      </div>
    )
  }
  const close = (): void => setAsking(null)
  const done = (words: string) => (seq: string) => {
    verdicts.tell({ words, seq })
    if (asking !== null) changed(asking.item.id)
    close()
    goOn()
  }
  return (
    <>
      <ActBar review={review} chosen={chosen} undoable={undoable} acts={acts} outcome={verdicts.outcome}>
        <p className="whitespace-nowrap">
          {data === undefined ? t.loading : t.reviews.shown(data.reviewItems.totalCount)}
        </p>
        <LivePill typename="ReviewItem" onApply={refresh} />
        <CopyQuery query={itemsQuery} variables={{ ...variables, after: null }} />
        <ColumnChooser
          columns={columns}
          shown={search.columns}
          onShown={(shown) => void navigate({ search: (before) => present({ ...before, columns: shown }) })}
        />
      </ActBar>
      <div className="flex min-h-0 flex-1">
        <DataTable
          label={t.reviews.items}
          columns={columns}
          columnsShown={search.columns}
          rows={rows}
          total={data?.reviewItems.totalCount ?? 0}
          rowId={idOf}
          rowName={grantWords}
          chosen={search.row}
          onChoose={choose}
          onPeek={() => peek(search.peek === 'yes' ? undefined : 'yes')}
          onOpen={(id) => {
            const item = items?.find((each) => each.id === id)
            if (item?.agent) void navigate({ to: '/agents/$agentId', params: { agentId: item.agentId } })
          }}
          walksByArrows
          onMore={hasNextPage ? () => !fetching && !stale && setAfter(endCursor) : undefined}
          moreFailed={error === undefined ? undefined : asFailure(error)}
          empty={<Empty title={t.reviews.noItems}>{t.reviews.noItemsHint}</Empty>}
        />
        {peeked !== undefined && <ItemPeek item={peeked} viewerId={viewer?.id} onClose={() => peek(undefined)} />}
      </div>
      {asking?.verdict === 'reassign' ? (
        <ReassignDialog
          item={asking.item}
          viewerId={viewer?.id}
          onClose={close}
          onDone={done(t.reviews.handedOver(grantWords(asking.item)))}
        />
      ) : (
        asking !== null && (
          <VerdictDialog
            item={asking.item}
            verdict={asking.verdict}
            onClose={close}
            onDecided={done(t.reviews.decided(t.reviews.verdictOf(asking.verdict, false), grantWords(asking.item)))}
          />
        )
      )}
    </>
  )
}

const idOf = ({ id }: ItemRow): string => id
