/** Every decision about an agent, narrowed by outcome and tool; each line opens its receipt. */
import { useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { present } from '../../frame/search.ts'
import { outcomes } from '../../frame/vocabulary.ts'
import { Select } from '../../parts/select.tsx'
import { CopyQuery } from '../../parts/copyQuery.tsx'
import { t } from '../../texts.ts'
import { DecisionTable } from './decisionTable.tsx'
import { decisionsQuery } from './documents.ts'
import { Loaded } from './loaded.tsx'
import { Pager, pageRows, useCursor } from './paging.tsx'

const route = getRouteApi('/inside/agents/$agentId')

export function Decisions({ agentId }: { agentId: string }) {
  const { outcome, tool } = route.useSearch()
  const navigate = route.useNavigate()
  const [typed, setTyped] = useState(tool ?? '')
  const cursor = useCursor(`${outcome ?? ''} ${tool ?? ''}`)
  const variables = {
    id: agentId,
    first: pageRows,
    after: cursor.after,
    filter: { outcomes: outcome === undefined ? null : [outcome], tool: tool ?? null },
  }
  const [{ data, error }, again] = useQuery({ query: decisionsQuery, variables })
  const narrow = (part: object): void =>
    void navigate({ search: (before) => present({ ...before, ...part }), replace: true })
  return (
    <>
      <search className="flex flex-wrap items-center gap-3">
        <Select
          label={t.file.outcome}
          value={outcome ?? ''}
          options={[
            { value: '', label: t.file.anyOutcome },
            ...outcomes.map((value) => ({ value, label: t.words(value) })),
          ]}
          onValue={(value) => narrow({ outcome: outcomes.find((each) => each === value) })}
        />
        <form
          onSubmit={(event) => {
            event.preventDefault()
            narrow({ tool: typed.trim() || undefined })
          }}
        >
          <label className="flex items-center gap-1.5 text-muted">
            {t.file.toolFilter}
            <input
              data-filter
              type="search"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              onBlur={() => narrow({ tool: typed.trim() || undefined })}
              className="h-8 w-56 rounded-md border border-line bg-surface px-2 font-mono text-[13px] text-ink"
            />
          </label>
        </form>
        <CopyQuery query={decisionsQuery} variables={variables} />
      </search>
      <Loaded data={data} error={error} onRetry={() => again({ requestPolicy: 'network-only' })}>
        {({ agent }) => (
          <>
            <DecisionTable title={t.file.tabs.decisions} decisions={agent?.decisions.nodes ?? []} />
            <Pager cursor={cursor} page={agent?.decisions.pageInfo} />
          </>
        )}
      </Loaded>
    </>
  )
}
