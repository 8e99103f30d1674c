/** One finding beside the list: what it rests on, whether it was seen before, who works on it, and all that happened. */
import { useState, type ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { useHasCapability } from '../frame/viewer.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { StandingButton, StandingDialog, type StandingAct } from '../agents/standing.tsx'
import { useLive } from '../live/live.tsx'
import { AgentText } from '../parts/agentText.tsx'
import { Status } from '../parts/badge.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { Peek } from '../parts/peek.tsx'
import { ReceiptHere } from '../parts/receiptDrawer.tsx'
import { Empty, FailureNote, Loading } from '../parts/states.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { BulkActs } from './bulkActs.tsx'
import { findingQuery, type FullFinding } from './documents.ts'
import { Tags } from './tags.tsx'
import { Timeline } from './timeline.tsx'

interface Props {
  id: string
  onClose: () => void
  /** The list may say something else now. */
  onChanged: () => void
}

export function FindingPanel({ id, onClose, onChanged }: Props) {
  const [{ data, error }, again] = useQuery({ query: findingQuery, variables: { id } })
  const refresh = (): void => again({ requestPolicy: 'network-only' })
  useLive('Finding', (changed) => {
    if (changed === id || changed === null) refresh()
  })
  const finding = data?.finding
  return (
    <Peek
      title={finding?.summary ?? t.findings.title}
      onClose={onClose}
      actions={<CopyQuery query={findingQuery} variables={{ id }} />}
    >
      {finding ? (
        <Opened
          finding={finding}
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

function Opened({ finding, onChanged }: { finding: FullFinding; onChanged: () => void }) {
  const mayWrite = useHasCapability('findings:write')
  const isClosed = finding.status === 'CLOSED'
  const why = mayWrite ? (isClosed ? t.findings.over : null) : t.needs('findings:write')
  const { evidence, rule, seenBefore, incident } = finding
  return (
    <div className="flex flex-col gap-5 p-4">
      <p className="flex flex-wrap items-center gap-1.5">
        <Status code={finding.severity} />
        <Status code={finding.status} />
        {finding.closeReason !== null && (
          <span className="text-muted">
            {t.findings.closedAs} {t.words(finding.closeReason)}
          </span>
        )}
      </p>
      <div className="flex flex-wrap gap-2">
        <BulkActs
          ids={[finding.id]}
          why={why}
          whyNotTaken={finding.status === 'ACKNOWLEDGED' ? t.findings.taken : null}
          onDone={onChanged}
        />
      </div>
      <dl className="grid grid-cols-[7.5rem_1fr] gap-x-3 gap-y-1.5">
        <Fact name={t.findings.columns.agent}>
          <Agent agent={finding.agent} onChanged={onChanged} />
        </Fact>
        {incident !== null && (
          <Fact name={t.findings.partOf}>
            <Link
              to="/findings"
              search={{ tab: 'incidents', all: 'yes', incident: incident.id }}
              className="mr-2 text-accent hover:underline"
            >
              {t.findings.incident(incident.number)}
            </Link>
            <Status code={incident.status} />
          </Fact>
        )}
        <Fact name={t.findings.columns.assignee}>
          {finding.assignee?.displayName ?? finding.assignee?.email ?? t.findings.nobody}
        </Fact>
        <Fact name={t.findings.columns.count}>{t.findings.times(finding.count)}</Fact>
        <Fact name={t.findings.first}>
          <Ago instant={finding.firstSeen} />
        </Fact>
        <Fact name={t.findings.columns.last}>
          <Ago instant={finding.lastSeen} />
        </Fact>
        <Fact name={t.findings.seenBefore}>
          {seenBefore.count === 0 ? (
            t.findings.neverBefore
          ) : (
            <>
              {t.findings.before(seenBefore.count)}
              {seenBefore.lastCloseReason !== null && (
                <>, {t.findings.lastClosedAs(t.words(seenBefore.lastCloseReason))}</>
              )}
              {seenBefore.lastClosedAt !== null && (
                <>
                  {' '}
                  <Ago instant={seenBefore.lastClosedAt} />
                </>
              )}
            </>
          )}
        </Fact>
        <Fact name={t.findings.columns.exposure}>{t.findings.exposureOf(finding.exposure)}</Fact>
        {rule !== null && (
          <>
            <Fact name={t.findings.rule}>
              <code className="font-mono text-[12.5px]">{t.findings.ruleVersion(rule.id, rule.version)}</code>
            </Fact>
            <Fact name={t.findings.mapping}>{[...rule.owasp, ...rule.atlas].join(', ')}</Fact>
          </>
        )}
        <Fact name={t.findings.tags}>
          <Tags finding={finding} why={why} onChanged={onChanged} />
        </Fact>
        <Fact name={t.findings.evidence}>
          {evidence.length === 0 ? (
            <span className="text-muted">{t.findings.noEvidence}</span>
          ) : (
            <span className="flex flex-wrap gap-x-2">
              {evidence.map((receipt) => (
                <ReceiptHere key={receipt.id} receipt={receipt} />
              ))}
            </span>
          )}
        </Fact>
      </dl>
      <Timeline lines={finding.timeline} />
    </div>
  )
}

export function Agent({ agent, onChanged }: { agent: FullFinding['agent']; onChanged: () => void }) {
  const [act, setAct] = useState<StandingAct | null>(null)
  if (agent === null) return t.findings.noAgent
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Link to="/agents/$agentId" params={{ agentId: agent.id }} className="text-accent hover:underline">
        <AgentText text={agent.displayName} />
      </Link>
      <Status code={agent.status} />
      <StandingButton agent={agent} onOpen={setAct} />
      {act !== null && (
        <StandingDialog
          agent={agent}
          act={act}
          onClose={() => {
            setAct(null)
            onChanged()
          }}
        />
      )}
    </span>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}
