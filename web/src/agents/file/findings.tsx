/** What was detected about an agent, and the incidents it came to. */
import { Link, useNavigate } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { Status } from '../../parts/badge.tsx'
import { Empty } from '../../parts/states.tsx'
import { Table } from '../../parts/table.tsx'
import { Ago } from '../../parts/time.tsx'
import { t } from '../../texts.ts'
import { agentFindingsQuery, type ListedIncident } from './documents.ts'
import { FindingTable } from './findingTable.tsx'
import { Loaded } from './loaded.tsx'
import { Pager, pageRows, useCursor } from './paging.tsx'

export function Findings({ agentId }: { agentId: string }) {
  const cursor = useCursor('')
  const [{ data, error }, again] = useQuery({
    query: agentFindingsQuery,
    variables: { id: agentId, first: pageRows, after: cursor.after },
  })
  return (
    <Loaded data={data} error={error} onRetry={() => again({ requestPolicy: 'network-only' })}>
      {({ agent }) =>
        agent === null || agent.findings === null || agent.incidents === null ? (
          <Empty title={t.file.notAllowed}>{t.file.needs('findings:read')}</Empty>
        ) : (
          <>
            <FindingTable title={t.file.findings} empty={t.file.noFindings} findings={agent.findings.nodes} />
            <Pager cursor={cursor} page={agent.findings.pageInfo} />
            <Incidents incidents={agent.incidents.nodes} />
          </>
        )
      }
    </Loaded>
  )
}

function Incidents({ incidents }: { incidents: readonly ListedIncident[] }) {
  const navigate = useNavigate()
  const searchOf = (id: string) => ({ tab: 'incidents', all: 'yes', incident: id }) as const
  return (
    <Table
      title={t.file.incidents}
      columns={[t.file.number, t.file.severity, t.file.status, t.file.opened, t.file.contained, t.file.closed]}
      empty={t.file.noIncidents}
      rows={incidents.map(({ id, number, severity, status, openedAt, containedAt, closedAt }) => ({
        key: id,
        onOpen: () => void navigate({ to: '/findings', search: searchOf(id) }),
        cells: [
          <Link to="/findings" search={searchOf(id)} className="text-accent hover:underline">
            {t.findings.incident(number)}
          </Link>,
          <Status code={severity} />,
          <Status code={status} />,
          <Ago instant={openedAt} />,
          containedAt === null ? t.none : <Ago instant={containedAt} />,
          closedAt === null ? t.none : <Ago instant={closedAt} />,
        ],
      }))}
    />
  )
}
