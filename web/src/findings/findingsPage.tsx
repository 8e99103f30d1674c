/** Findings: what detections raised, most recently seen first; acknowledged and closed from the row. */
import { useState } from 'react'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { findingStatuses } from '../frame/vocabulary.ts'
import { useHasCapability } from '../frame/viewer.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { useAct } from '../graph/useAct.ts'
import { Status } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { Choice } from '../parts/choice.tsx'
import { LivePill } from '../live/live.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { Page } from '../parts/page.tsx'
import { ReceiptLink } from '../parts/receiptLink.tsx'
import { Empty, FailureNote, Loading, RecordedNote } from '../parts/states.tsx'
import { Table } from '../parts/table.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { CloseDialog } from './closeDialog.tsx'
import { acknowledgeFinding, changedFinding, findingsQuery, type Finding } from './documents.ts'
import { AgentText } from '../parts/agentText.tsx'

const route = getRouteApi('/inside/findings')
const listLength = 200

export function FindingsPage() {
  const { status } = route.useSearch()
  const navigate = route.useNavigate()
  const variables = { first: listLength, filter: { status: status ?? null } }
  const [{ data, error }, again] = useQuery({ query: findingsQuery, variables })
  const [closing, setClosing] = useState<Finding | null>(null)
  const [act, acknowledge] = useAct(acknowledgeFinding, changedFinding)
  const mayWrite = useHasCapability('findings:write')
  const nodes = data?.findings.nodes ?? []
  const refresh = (): void => again({ requestPolicy: 'network-only' })
  return (
    <Page
      title={t.findings.title}
      actions={
        <>
          <LivePill typename="Finding" onApply={refresh} />
          <CopyQuery query={findingsQuery} variables={variables} />
          <Choice
            label={t.findings.status}
            value={status ?? ''}
            options={[
              { value: '', label: t.agents.any },
              ...findingStatuses.map((each) => ({ value: each, label: t.words(each) })),
            ]}
            onValue={(value) => {
              const chosen = findingStatuses.find((each) => each === value)
              void navigate({ search: chosen === undefined ? {} : { status: chosen } })
            }}
          />
        </>
      }
    >
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-6" tabIndex={-1}>
        {act.state === 'refused' && <FailureNote failure={act.failure} />}
        {act.state === 'done' && <RecordedNote words={t.findings.acknowledged} seq={act.result.receipt.seq} />}
        {error !== undefined && data === undefined ? (
          <FailureNote failure={asFailure(error)} onRetry={refresh} />
        ) : data === undefined ? (
          <Loading />
        ) : nodes.length === 0 ? (
          <Empty title={t.findings.empty}>{t.findings.emptyHint}</Empty>
        ) : (
          <Table
            title={t.findings.title}
            untitled
            columns={[
              t.findings.severity,
              t.findings.status,
              t.findings.what,
              t.findings.agent,
              t.findings.count,
              t.findings.last,
              t.agent.evidence,
              t.findings.acts,
            ]}
            empty={t.findings.empty}
            rows={nodes.map((finding) => ({
              key: finding.id,
              cells: [
                <Status code={finding.severity} />,
                <Status code={finding.status} />,
                <What finding={finding} />,
                <Agent agent={finding.agent} />,
                <span className="whitespace-nowrap">{t.findings.times(finding.count)}</span>,
                <Ago instant={finding.lastSeen} />,
                <span className="flex flex-wrap gap-x-2">
                  {finding.evidence.slice(0, 3).map((receipt) => (
                    <ReceiptLink key={receipt.id} receipt={receipt} />
                  ))}
                </span>,
                <Acts
                  finding={finding}
                  mayWrite={mayWrite}
                  onAcknowledge={() => void acknowledge({ input: { findingId: finding.id } })}
                  onClose={() => setClosing(finding)}
                />,
              ],
            }))}
          />
        )}
      </div>
      {closing !== null && (
        <CloseDialog
          finding={closing}
          onClose={() => {
            setClosing(null)
            refresh()
          }}
        />
      )}
    </Page>
  )
}

function What({ finding }: { finding: Finding }) {
  return (
    <>
      {finding.summary} <code className="font-mono text-[12px] text-muted">{finding.type}</code>
    </>
  )
}

function Agent({ agent }: { agent: Finding['agent'] }) {
  return agent === null ? (
    t.none
  ) : (
    <Link
      to="/agents/$agentId"
      params={{ agentId: agent.id }}
      className="whitespace-nowrap hover:text-accent hover:underline"
    >
      <AgentText text={agent.displayName} />
    </Link>
  )
}

interface ActsProps {
  finding: Finding
  mayWrite: boolean
  onAcknowledge: () => void
  onClose: () => void
}

function Acts({ finding: { status }, mayWrite, onAcknowledge, onClose }: ActsProps) {
  const denied = mayWrite ? null : t.needs('findings:write')
  const over = status === 'CLOSED' ? t.words(status) : null
  return (
    <span className="flex gap-2">
      <Button
        size="small"
        why={denied ?? over ?? (status === 'ACKNOWLEDGED' ? t.words(status) : null)}
        onClick={onAcknowledge}
      >
        {t.findings.acknowledge}
      </Button>
      <Button size="small" why={denied ?? over} onClick={onClose}>
        {t.findings.close}
      </Button>
    </span>
  )
}
