/** The hashes a review is pinned to, and the same computed in this browser from its items. */
import { useState } from 'react'
import { useClient, type Client } from 'urql'
import { useViewer } from '../frame/viewer.ts'
import { asFailure, type Failure } from '../graph/requestFailure.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { Hash } from '../parts/hash.tsx'
import { ReceiptLink } from '../parts/receiptLink.tsx'
import { FailureNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { sealQuery, type Review, type SealedItem } from './documents.ts'
import { personWords } from './people.ts'
import { checkSeal, type SealVerdict } from './seal.ts'

const pageLength = 1_000

type Check =
  | { state: 'idle' }
  | { state: 'running' }
  | { state: 'done'; verdict: SealVerdict }
  | { state: 'failed'; failure: Failure }

/** Every item in sight, from the server and not from what the page remembers. */
async function allItems(client: Client, reviewId: string): Promise<SealedItem[]> {
  const items = new Map<string, SealedItem>()
  for (let after: string | null = null; ;) {
    const { data, error } = await client
      .query(sealQuery, { first: pageLength, after, filter: { reviewId } }, { requestPolicy: 'network-only' })
      .toPromise()
    if (data === undefined) throw error ?? new Error(t.failure.unknown)
    for (const item of data.reviewItems.nodes) items.set(item.id, item)
    const { hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string | null } = data.reviewItems.pageInfo
    if (!hasNextPage) return [...items.values()]
    after = endCursor
  }
}

export function SealPanel({ review }: { review: Review }) {
  const client = useClient()
  const viewer = useViewer()
  const [check, setCheck] = useState<Check>({ state: 'idle' })
  const recompute = async (): Promise<void> => {
    if (viewer === undefined) return
    setCheck({ state: 'running' })
    try {
      const verdict = checkSeal(viewer.tenant.id, review, await allItems(client, review.id))
      setCheck({ state: 'done', verdict })
    } catch (error) {
      setCheck({ state: 'failed', failure: asFailure(error) })
    }
  }
  return (
    <section aria-label={t.reviews.seal} className="flex flex-wrap items-center gap-x-5 gap-y-1 px-6 pb-2 text-[13px]">
      <span className="flex items-center gap-1.5 text-muted">
        {t.reviews.scopeHash} <Hash text={review.scopeHash} />
      </span>
      {review.verdictRoot !== null && (
        <span className="flex items-center gap-1.5 text-muted">
          {t.reviews.verdictRoot} <Hash text={review.verdictRoot} />
        </span>
      )}
      {review.signedOffAt !== null && (
        <span className="text-muted">
          {t.reviews.signedOffBy} {personWords(review.signer?.id ?? '', review.signer, viewer?.id)}
          {review.signOffReceipt !== null && (
            <>
              {' · '}
              {t.recordedAs} <ReceiptLink receipt={review.signOffReceipt} />
            </>
          )}
        </span>
      )}
      <Button
        size="small"
        why={check.state === 'running' ? t.reviews.recomputing : null}
        onClick={() => void recompute()}
      >
        {t.reviews.recompute}
      </Button>
      <span role="status">{check.state === 'done' && <Words verdict={check.verdict} review={review} />}</span>
      {check.state === 'failed' && <FailureNote failure={check.failure} onRetry={() => void recompute()} />}
    </section>
  )
}

function Words({ verdict, review }: { verdict: SealVerdict; review: Review }) {
  if (verdict.state === 'partial') return <Badge>{t.reviews.partial(verdict.seen, review.itemCount)}</Badge>
  if (verdict.state === 'disagree') return <Badge tone="bad">{t.reviews.disagree}</Badge>
  return <Badge tone="good">{review.verdictRoot === null ? t.reviews.agree : t.reviews.agreeBoth}</Badge>
}
