/** One incident beside the list: its agent, its findings, how it was contained, and its story from receipts. */
import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { useHasCapability } from '../frame/viewer.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { useLive } from '../live/live.tsx'
import { Status } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { Peek } from '../parts/peek.tsx'
import { Empty, FailureNote, Loading } from '../parts/states.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { CloseIncidentDialog } from './closeDialog.tsx'
import { incidentQuery, type FullIncident } from './documents.ts'
import { Agent } from './findingPanel.tsx'
import { Timeline } from './timeline.tsx'

interface Props {
  id: string
  onClose: () => void
  onChanged: () => void
}

export function IncidentPanel({ id, onClose, onChanged }: Props) {
  const [{ data, error }, again] = useQuery({ query: incidentQuery, variables: { id } })
  const refresh = (): void => again({ requestPolicy: 'network-only' })
  const agentId = data?.incident?.agents[0]?.id
  useLive('Incident', (changed) => (changed === id || changed === null) && refresh())
  // Its agent's standing is part of the story.
  useLive('Agent', (changed) => changed !== null && changed === agentId && refresh())
  const incident = data?.incident
  return (
    <Peek
      title={incident ? t.findings.incident(incident.number) : t.findings.tabs.incidents}
      onClose={onClose}
      actions={<CopyQuery query={incidentQuery} variables={{ id }} />}
    >
      {incident ? (
        <Opened
          incident={incident}
          onChanged={() => {
            refresh()
            onChanged()
          }}
        />
      ) : error !== undefined ? (
        <div className="p-4">
          <FailureNote failure={asFailure(error)} onRetry={refresh} />
        </div>
      ) : data === undefined ? (
        <Loading />
      ) : (
        <Empty title={t.failure.nowhere}>{t.failure.nowhereHint}</Empty>
      )}
    </Peek>
  )
}

function Opened({ incident, onChanged }: { incident: FullIncident; onChanged: () => void }) {
  const [isClosing, setIsClosing] = useState(false)
  const mayWrite = useHasCapability('findings:write')
  const why = mayWrite ? (incident.status === 'CLOSED' ? t.findings.over : null) : t.needs('findings:write')
  const [agent = null] = incident.agents
  return (
    <div className="flex flex-col gap-5 p-4">
      <p className="flex flex-wrap items-center gap-1.5">
        <Status code={incident.severity} />
        <Status code={incident.status} />
        {incident.closeReason !== null && (
          <span className="text-muted">
            {t.findings.closedAs} {t.words(incident.closeReason)}
          </span>
        )}
        <span className="ml-auto">
          <Button size="small" why={why} onClick={() => setIsClosing(true)}>
            {t.findings.close}
          </Button>
        </span>
      </p>
      <dl className="grid grid-cols-[7.5rem_1fr] gap-x-3 gap-y-1.5">
        <dt className="text-muted">{t.findings.columns.agent}</dt>
        <dd>
          <Agent agent={agent} onChanged={onChanged} />
        </dd>
        <dt className="text-muted">{t.findings.incidentColumns.opened}</dt>
        <dd>
          <Ago instant={incident.openedAt} />
        </dd>
        <dt className="text-muted">{t.findings.incidentColumns.contained}</dt>
        <dd>{incident.containedAt === null ? t.findings.notContained : <Ago instant={incident.containedAt} />}</dd>
        {incident.closedAt !== null && (
          <>
            <dt className="text-muted">{t.findings.incidentColumns.closed}</dt>
            <dd>
              <Ago instant={incident.closedAt} />
            </dd>
          </>
        )}
      </dl>
      <section aria-label={t.findings.title}>
        <h3 className="mb-2 font-semibold">{t.findings.title}</h3>
        <ul className="divide-y divide-line rounded-lg border border-line">
          {incident.findings.map((finding) => (
            <li key={finding.id} className="flex items-center gap-2 px-3 py-2">
              <Status code={finding.status} />
              <Link to="/findings" search={{ id: finding.id, q: ' ' }} className="hover:text-accent hover:underline">
                {finding.summary}
              </Link>
            </li>
          ))}
        </ul>
      </section>
      <Timeline lines={incident.timeline} withFindings />
      {isClosing && (
        <CloseIncidentDialog
          incident={incident}
          openFindings={incident.findings.filter(({ status }) => status !== 'CLOSED').length}
          onClose={(isDone) => {
            setIsClosing(false)
            if (isDone) onChanged()
          }}
        />
      )}
    </div>
  )
}
