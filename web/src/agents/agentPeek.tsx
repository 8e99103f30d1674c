/** An agent at a glance, beside the list: whose it is, how it stands, what it scores, what it did last. */
import type { ReactNode } from 'react'
import { useQuery } from 'urql'
import { asFailure } from '../graph/requestFailure.ts'
import { AgentText } from '../parts/agentText.tsx'
import { Status } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { Peek } from '../parts/peek.tsx'
import { Empty, FailureNote, Loading } from '../parts/states.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { peekQuery, type PeekedAgent } from './directoryDocuments.ts'

/** More open findings than this are only said to be more. */
const findingsShown = 5

interface Props {
  agentId: string
  onClose: () => void
  onOpen: () => void
}

export function AgentPeek({ agentId, onClose, onOpen }: Props) {
  const [{ data, error }] = useQuery({ query: peekQuery, variables: { id: agentId, findings: findingsShown + 1 } })
  const agent = data?.agent
  return (
    <Peek
      title={agent?.displayName ?? t.directory.title}
      onClose={onClose}
      actions={
        <Button size="small" onClick={onOpen}>
          {t.agentPeek.open}
        </Button>
      }
    >
      {error !== undefined && data === undefined ? (
        <div className="p-4">
          <FailureNote failure={asFailure(error)} />
        </div>
      ) : agent === undefined ? (
        <Loading rows={6} />
      ) : agent === null ? (
        <Empty title={t.file.hidden} />
      ) : (
        <Facts agent={agent} findings={data?.findings?.nodes ?? null} />
      )}
    </Peek>
  )
}

const scores = ['risk', 'identity', 'reliability', 'autonomy'] as const

interface FactsProps {
  agent: PeekedAgent
  findings: { id: string; summary: string; severity: string }[] | null
}

function Facts({ agent, findings }: FactsProps) {
  const [last] = agent.decisions?.nodes ?? []
  const words = t.agentPeek
  return (
    <dl className="grid grid-cols-[7.5rem_1fr] gap-x-3 gap-y-2.5 p-4">
      <Fact name={words.standing}>
        <Status code={agent.status} />{' '}
        <span className="text-[12.5px] text-muted">
          {words.since} <Ago instant={agent.statusSince} />
        </span>
      </Fact>
      <Fact name={words.owner}>{agent.owner?.displayName ?? agent.owner?.email ?? t.directory.hidden}</Fact>
      <Fact name={words.team}>{agent.team?.name ?? t.directory.hidden}</Fact>
      <Fact name={words.tier}>
        <Status code={agent.riskTier} />
      </Fact>
      <Fact name={words.environment}>
        <AgentText text={agent.environment} />
      </Fact>
      <Fact name={words.model}>
        <AgentText text={agent.model === '' ? t.none : agent.model} />
      </Fact>
      <Fact name={words.purpose}>
        <AgentText text={agent.purpose === '' ? t.none : agent.purpose} />
      </Fact>
      <Fact name={words.scores}>
        <ul className="grid gap-1">
          {scores.map((name) => {
            const value = agent.score?.[name].value ?? null
            return (
              <li key={name} className="flex justify-between gap-3">
                <span>{t.directory.columns[name]}</span>
                <span className={value === null ? 'text-muted' : 'font-medium tabular-nums'}>
                  {value === null ? t.directory.noEvidence : Math.round(value)}
                </span>
              </li>
            )
          })}
        </ul>
      </Fact>
      <Fact name={words.grants}>
        {agent.grants === null ? t.none : agent.grants.length === 0 ? words.noGrants : agent.grants.length}
      </Fact>
      <Fact name={words.lastSeen}>
        {agent.lastSeenAt === null ? t.directory.never : <Ago instant={agent.lastSeenAt} />}
      </Fact>
      <Fact name={words.lastDecision}>
        {last === undefined ? (
          words.noDecision
        ) : (
          <>
            <Status code={last.outcome} />{' '}
            <code className="font-mono text-[12.5px] break-all">
              <AgentText text={`${last.tool} ${last.action}`} />
            </code>{' '}
            <span className="text-[12.5px] text-muted">
              <Ago instant={last.decidedAt} />
            </span>
          </>
        )}
      </Fact>
      <Fact name={words.findings}>
        {findings === null ? (
          t.none
        ) : findings.length === 0 ? (
          words.noFindings
        ) : (
          <>
            {findings.length > findingsShown ? words.atLeast(findings.length) : findings.length}
            <ul className="mt-1 grid gap-1">
              {findings.slice(0, findingsShown).map(({ id, severity, summary }) => (
                <li key={id}>
                  <Status code={severity} /> <AgentText text={summary} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-[12.5px] text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}
