/** One access review: its frozen grants, certified by keyboard, and the act that seals them. */
import { useCallback, useState } from 'react'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { useKeys } from '../frame/keys.tsx'
import { useHasCapability } from '../frame/viewer.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { useLive } from '../live/live.tsx'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, FailureNote, Loading, ReadOnlyNote } from '../parts/states.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { reviewQuery, type Review } from './documents.ts'
import { ItemList } from './itemList.tsx'
import { ProgressBar } from './progressBar.tsx'
import { ReviewState, scopeWords } from './reviewsPage.tsx'
import { SealPanel } from './sealPanel.tsx'
import { SignOffDialog } from './signOffDialog.tsx'

const route = getRouteApi('/inside/reviews/$reviewId')

export function ReviewPage() {
  const { reviewId } = route.useParams()
  const [{ data, error }, again] = useQuery({ query: reviewQuery, variables: { id: reviewId } })
  const refresh = useCallback(() => again({ requestPolicy: 'network-only' }), [again])
  useLive('AccessReview', (id) => (id === null || id === reviewId) && refresh())
  const review = data?.accessReview
  if (review === undefined || review === null) {
    return (
      <Page title={t.reviews.title}>
        {error !== undefined ? (
          <div className="p-6">
            <FailureNote failure={asFailure(error)} onRetry={refresh} />
          </div>
        ) : review === null ? (
          <Empty title={t.reviews.unknown}>{t.reviews.unknownHint}</Empty>
        ) : (
          <Loading />
        )}
      </Page>
    )
  }
  return <Shown review={review} onChanged={refresh} />
}

function Shown({ review, onChanged }: { review: Review; onChanged: () => void }) {
  const [signing, setSigning] = useState(false)
  const mayWrite = useHasCapability('reviews:write')
  const why = review.viewerCanSignOff ? null : review.viewerCannotSignOffBecause
  useKeys([{ keys: 'S', label: t.reviews.keys.signOff, run: () => review.viewerCanSignOff && setSigning(true) }])
  return (
    <Page
      title={review.name}
      actions={
        <>
          <CopyQuery query={reviewQuery} variables={{ id: review.id }} />
          <Link to="/reviews" className="text-accent hover:underline">
            {t.reviews.back}
          </Link>
          <Button look="primary" why={why} onClick={() => setSigning(true)}>
            {t.reviews.signOff}
          </Button>
        </>
      }
    >
      {!mayWrite && <ReadOnlyNote capability="reviews:write" />}
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1 px-6 pt-3 pb-1">
        <ReviewState review={review} />
        <ProgressBar {...review.progress} />
        <span className="text-muted">
          {t.reviews.due} <Ago instant={review.dueAt} />
        </span>
        <span className="text-muted">{scopeWords(review)}</span>
        {review.status === 'OPEN' && <Badge>{t.reviews.missedShort[review.missedPolicy] ?? review.missedPolicy}</Badge>}
      </div>
      <SealPanel key={`seal ${review.status}`} review={review} />
      <ItemList key={`items ${review.status}`} review={review} onChanged={onChanged} />
      {signing && (
        <SignOffDialog
          review={review}
          onClose={() => {
            setSigning(false)
            onChanged()
          }}
        />
      )}
    </Page>
  )
}
