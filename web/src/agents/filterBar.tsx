/** The directory's filter; it lives in the address, so a filtered list is a link. */
import { useEffect, useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { present } from '../frame/search.ts'
import { agentStatuses, riskTiers, type AgentStatus, type RiskTier } from '../frame/vocabulary.ts'
import { Button } from '../parts/button.tsx'
import { Choice } from '../parts/choice.tsx'
import { t } from '../texts.ts'
import { unitsQuery } from './documents.ts'

const route = getRouteApi('/inside/agents')

/** Typing is answered when it pauses, not at each letter. */
const pauseMs = 250

interface Filter {
  q?: string | undefined
  status?: AgentStatus | undefined
  tier?: RiskTier | undefined
  team?: string | undefined
  owner?: string | undefined
}

export function FilterBar() {
  const { q, status, tier, team, owner } = route.useSearch()
  const filter: Filter = { q, status, tier, team, owner }
  const navigate = route.useNavigate()
  const [{ data }] = useQuery({ query: unitsQuery, variables: {}, requestPolicy: 'cache-first' })
  const change = (part: Filter): void =>
    void navigate({ search: (before) => present({ ...before, row: undefined, ...part }), replace: true })
  const any = { value: '', label: t.agents.any }
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  return (
    <search className="flex flex-wrap items-center gap-3 px-6 py-3">
      <TextFilter data-filter label={t.agents.search} value={q} onValue={(text) => change({ q: text })} wide />
      <Choice
        label={t.agents.status}
        value={status ?? ''}
        options={[any, ...agentStatuses.map((value) => ({ value, label: t.words(value) }))]}
        onValue={(value) => change({ status: agentStatuses.find((each) => each === value) })}
      />
      <Choice
        label={t.agents.tier}
        value={tier ?? ''}
        options={[any, ...riskTiers.map((value) => ({ value, label: t.words(value) }))]}
        onValue={(value) => change({ tier: riskTiers.find((each) => each === value) })}
      />
      <Choice
        label={t.agents.team}
        value={team ?? ''}
        options={[
          any,
          ...(data?.orgUnits ?? []).map(({ id, name, path }) => ({
            value: id,
            label: `${'\u2003'.repeat(path.length - 1)}${name}`,
          })),
        ]}
        onValue={(value) => change({ team: value === '' ? undefined : value })}
      />
      <TextFilter label={t.agents.ownerHint} value={owner} onValue={(text) => change({ owner: text })} />
      {isFiltered && (
        <Button
          look="quiet"
          size="small"
          onClick={() =>
            change({ q: undefined, status: undefined, tier: undefined, team: undefined, owner: undefined })
          }
        >
          {t.agents.clear}
        </Button>
      )}
    </search>
  )
}

interface TextFilterProps {
  label: string
  value: string | undefined
  onValue: (text: string | undefined) => void
  wide?: boolean
  'data-filter'?: boolean
}

function TextFilter({ label, value, onValue, wide = false, ...rest }: TextFilterProps) {
  const [text, setText] = useState(value ?? '')
  useEffect(() => setText(value ?? ''), [value])
  useEffect(() => {
    const next = text.trim() === '' ? undefined : text.trim()
    if (next === value) return
    const timer = setTimeout(() => onValue(next), pauseMs)
    return () => clearTimeout(timer)
    // The callback is made anew at each render; only what was typed matters.
  }, [text, value])
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      className={`h-8 rounded-md border border-line bg-surface px-2.5 placeholder:text-muted ${wide ? 'w-64' : 'w-44'}`}
      {...(rest['data-filter'] === true ? { 'data-filter': '' } : {})}
    />
  )
}
