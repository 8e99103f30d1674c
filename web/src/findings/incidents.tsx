/** Incidents, newest first, with the timeline of one beside them. */
import { useMemo, useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { languageTag } from '../frame/language.ts'
import { present } from '../frame/search.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { LivePill } from '../live/live.tsx'
import { AgentText } from '../parts/agentText.tsx'
import { Status } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { DataTable } from '../parts/dataTable.tsx'
import type { DataColumn } from '../parts/dataTableColumns.ts'
import { duration } from '../parts/duration.ts'
import { Empty, FailureNote } from '../parts/states.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { incidentsQuery, type Incident } from './documents.ts'
import { InUnit } from './inUnit.tsx'
import { IncidentPanel } from './incidentPanel.tsx'

const route = getRouteApi('/inside/findings')
const pageLength = 100
/** Those an analyst has not closed, contained or not. */
const notClosed = ['OPEN', 'CONTAINED'] as const

function incidentColumns(): readonly DataColumn<Incident>[] {
  const titles = t.findings.incidentColumns
  return [
    { id: 'number', title: titles.number, width: 120, cell: ({ number }) => t.findings.incident(number) },
    { id: 'severity', title: titles.severity, width: 104, cell: ({ severity }) => <Status code={severity} /> },
    { id: 'status', title: titles.status, width: 120, cell: ({ status }) => <Status code={status} /> },
    {
      id: 'agent',
      title: titles.agent,
      width: 180,
      grows: 2,
      cell: ({ agents: [agent] }) =>
        agent === null || agent === undefined ? (
          t.findings.noAgent
        ) : (
          <span className="truncate">
            <AgentText text={agent.displayName} />
          </span>
        ),
    },
    { id: 'findings', title: titles.findings, width: 90, align: 'end', cell: ({ findings }) => findings.length },
    { id: 'opened', title: titles.opened, width: 140, cell: ({ openedAt }) => <Ago instant={openedAt} /> },
    {
      id: 'contained',
      title: titles.contained,
      width: 160,
      cell: ({ openedAt, containedAt }) =>
        containedAt === null ? (
          <span className="text-muted">{t.findings.notContained}</span>
        ) : (
          <time dateTime={containedAt}>
            {t.findings.containedAfter(duration(Date.parse(containedAt) - Date.parse(openedAt), languageTag()))}
          </time>
        ),
    },
    {
      id: 'closed',
      title: titles.closed,
      width: 140,
      cell: ({ closedAt }) => (closedAt === null ? t.none : <Ago instant={closedAt} />),
    },
  ]
}

export function Incidents() {
  const { unit, all } = route.useSearch()
  return <List key={`${unit ?? ''} ${all ?? ''}`} />
}

function List() {
  const { incident, unit, all } = route.useSearch()
  const columns = useMemo(() => incidentColumns(), [])
  const filter = useMemo(() => ({ statuses: all === 'yes' ? null : notClosed, orgUnit: unit ?? null }), [all, unit])
  const navigate = route.useNavigate()
  const [after, setAfter] = useState<string | null>(null)
  const [{ data, error, fetching, stale }, again] = useQuery({
    query: incidentsQuery,
    variables: { first: pageLength, after, filter },
  })
  const refresh = (): void => again({ requestPolicy: 'network-only' })
  const choose = (next: string | undefined): void =>
    void navigate({ search: (before) => present({ ...before, incident: next }), replace: true })
  const { hasNextPage = false, endCursor = null } = data?.incidents.pageInfo ?? {}
  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex min-h-11 flex-wrap items-center gap-3 px-6 text-[12.5px] text-muted">
          <p role="status">{data === undefined ? t.loading : t.findings.shownIncidents(data.incidents.totalCount)}</p>
          <InUnit />
          <LivePill typename="Incident" onApply={refresh} />
          <Button
            size="small"
            look="quiet"
            aria-pressed={all === 'yes'}
            onClick={() =>
              void navigate({
                search: (before) => present({ ...before, all: all === 'yes' ? undefined : ('yes' as const) }),
              })
            }
          >
            {all === 'yes' ? t.findings.withoutClosed : t.findings.withClosed}
          </Button>
          <span className="ml-auto">
            <CopyQuery query={incidentsQuery} variables={{ first: pageLength, after: null, filter }} />
          </span>
        </div>
        {error !== undefined && data === undefined ? (
          <div className="p-6">
            <FailureNote failure={asFailure(error)} onRetry={refresh} />
          </div>
        ) : (
          <DataTable
            label={t.findings.tabs.incidents}
            columns={columns}
            rows={data?.incidents.nodes}
            total={data?.incidents.totalCount ?? 0}
            rowId={({ id }) => id}
            rowName={({ number }) => t.findings.incident(number)}
            chosen={incident}
            onChoose={choose}
            onOpen={choose}
            onBack={() => choose(undefined)}
            onMore={hasNextPage ? () => !fetching && !stale && setAfter(endCursor) : undefined}
            moreFailed={error === undefined ? undefined : asFailure(error)}
            empty={<Empty title={t.findings.noIncidents}>{t.findings.noIncidentsHint}</Empty>}
          />
        )}
      </div>
      {incident !== undefined && (
        <IncidentPanel key={incident} id={incident} onClose={() => choose(undefined)} onChanged={refresh} />
      )}
    </div>
  )
}
