/** One item whole: what was frozen with it, and every word of its verdict. */
import type { ReactNode } from 'react'
import { AgentText } from '../parts/agentText.tsx'
import { Hash } from '../parts/hash.tsx'
import { Peek } from '../parts/peek.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import type { ReviewItem } from './documents.ts'
import { personWords } from './people.ts'
import { grantWords } from './useVerdicts.ts'

interface Props {
  item: ReviewItem
  viewerId: string | undefined
  onClose: () => void
}

export function ItemPeek({ item, viewerId, onClose }: Props) {
  const words = t.reviews.item
  const instant = (at: string | null, none: string): ReactNode => (at === null ? none : <Ago instant={at} />)
  const { verdict, sealed, modifiedAction, modifiedExpiresAt, justification } = item
  const lines: readonly (readonly [string, ReactNode])[] = [
    [words.agent, <AgentText text={item.agent?.displayName ?? item.agentSlug} />],
    [words.grant, <code className="font-mono text-[13px] break-all">{grantWords(item)}</code>],
    [words.covers, item.action === null ? t.reviews.everyAction : t.reviews.oneAction],
    [words.effect, item.mutates ? t.reviews.changes : t.reviews.readsOnly],
    [
      words.given,
      <>
        {item.grantor === null ? t.reviews.keyOrSomebody : personWords(item.grantedBy, item.grantor, viewerId)},{' '}
        <Ago instant={item.grantedAt} />
      </>,
    ],
    [words.expires, instant(item.expiresAt, t.reviews.never)],
    [words.lastUsed, instant(item.lastUsedAt, t.reviews.never)],
    [words.usage, `${item.used} · ${item.denied}`],
    [words.peers, t.reviews.peersTitle(item.peers)],
    [words.previous, item.previousVerdict === null ? t.none : t.reviews.verdictOf(item.previousVerdict, true)],
    [words.advice, `${t.reviews.advice(item.advice)}: ${t.reviews.reason(item.adviceReason)}`],
    [words.reviewer, personWords(item.reviewerId, item.reviewer, viewerId)],
    [words.fallback, item.fallbackId === null ? t.none : personWords(item.fallbackId, item.fallback, viewerId)],
    [words.verdict, verdict === null ? t.reviews.undecided : t.reviews.verdictOf(verdict, sealed)],
    ...(modifiedAction === null ? [] : [[t.reviews.onlyAction, modifiedAction] as const]),
    ...(modifiedExpiresAt === null ? [] : [[t.reviews.until, <Ago instant={modifiedExpiresAt} />] as const]),
    ...(justification === null ? [] : [[t.reviews.justification, justification] as const]),
    [words.id, <Hash text={item.id} what={t.copy.id} />],
    [words.grantId, <Hash text={item.grantId} what={t.copy.id} />],
  ]
  return (
    <Peek title={grantWords(item)} onClose={onClose}>
      <dl className="grid grid-cols-[9rem_minmax(0,1fr)] gap-x-3 gap-y-2 px-4 py-3">
        {lines.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd className="break-words whitespace-pre-wrap">{value}</dd>
          </div>
        ))}
      </dl>
    </Peek>
  )
}
