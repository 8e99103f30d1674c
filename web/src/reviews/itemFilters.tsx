/** The filter of the certify table; it lives in the address. */
import { useEffect, useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { present } from '../frame/search.ts'
import { reviewVerdictFilters, type ReviewVerdictFilter } from '../frame/vocabulary.ts'
import { Select } from '../parts/select.tsx'
import { t } from '../texts.ts'
import type { ItemFilter } from './documents.ts'

const route = getRouteApi('/inside/reviews/$reviewId')
/** Typing is answered when it pauses, not at each letter. */
const pauseMs = 250

interface Search {
  q?: string | undefined
  reviewer?: 'me' | undefined
  verdict?: ReviewVerdictFilter | undefined
}

/** The address as the graph's filter. */
export function filterOf(reviewId: string, { q, reviewer, verdict }: Search): ItemFilter {
  return {
    reviewId,
    reviewer: reviewer ?? null,
    verdict: verdict === undefined || verdict === 'undecided' || verdict === 'against' ? null : verdict,
    decided: verdict === 'undecided' ? false : null,
    againstAdvice: verdict === 'against' ? true : null,
    text: q ?? null,
  }
}

export function FilterBar() {
  const { q, reviewer, verdict } = route.useSearch()
  const navigate = route.useNavigate()
  const change = (part: Search): void =>
    void navigate({ search: (before) => present({ ...before, row: undefined, ...part }), replace: true })
  return (
    <search className="flex flex-wrap items-center gap-3 px-6 py-2">
      <TextFilter value={q} onValue={(text) => change({ q: text })} />
      <Select
        label={t.reviews.who}
        value={reviewer ?? 'all'}
        options={[
          { value: 'all', label: t.reviews.reviewers.all },
          { value: 'me', label: t.reviews.reviewers.me },
        ]}
        onValue={(value) => change({ reviewer: value === 'me' ? 'me' : undefined })}
      />
      <Select
        label={t.reviews.verdict}
        value={verdict ?? 'any'}
        options={[
          { value: 'any', label: t.reviews.any },
          ...reviewVerdictFilters.map((value) => ({ value, label: t.reviews.verdictFilters[value] })),
        ]}
        onValue={(value) => change({ verdict: reviewVerdictFilters.find((each) => each === value) })}
      />
    </search>
  )
}

function TextFilter({ value, onValue }: { value: string | undefined; onValue: (value: string | undefined) => void }) {
  const [text, setText] = useState(value ?? '')
  useEffect(() => setText(value ?? ''), [value])
  useEffect(() => {
    if (text === (value ?? '')) return
    const timer = setTimeout(() => onValue(text.trim() === '' ? undefined : text.trim()), pauseMs)
    return () => clearTimeout(timer)
    // The latest closure is enough: the text is what it answers.
  }, [text])
  return (
    <input
      data-filter
      type="search"
      aria-label={t.reviews.search}
      placeholder={t.reviews.search}
      value={text}
      onChange={(event) => setText(event.target.value)}
      className="h-8 w-64 rounded-md border border-line bg-surface px-3 placeholder:text-muted"
    />
  )
}
