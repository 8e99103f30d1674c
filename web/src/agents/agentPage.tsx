/** The agent's file: who it is and who answers for it, what it may do, how it scores, what it did. */
import { useState } from 'react'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { asFailure } from '../graph/requestFailure.ts'
import { useLive } from '../live/live.tsx'
import { Status } from '../parts/badge.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { Hash } from '../parts/hash.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, FailureNote, Loading } from '../parts/states.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { agentQuery, type AgentFile } from './agentFile.ts'
import { Decisions, Grants, Record, Scores } from './agentSections.tsx'
import { StandingButton, StandingDialog, type StandingAct } from './standing.tsx'
import { AgentText } from '../parts/agentText.tsx'

const route = getRouteApi('/inside/agents/$agentId')

export function AgentPage() {
  const { agentId } = route.useParams()
  const [{ data, error }, again] = useQuery({ query: agentQuery, variables: { id: agentId } })
  const retry = (): void => again({ requestPolicy: 'network-only' })
  useLive('Agent', (changed) => {
    if (changed === agentId || changed === null) retry()
  })
  if (data?.agent) return <File agent={data.agent} failure={error} onRetry={retry} />
  return (
    <Page title={t.agents.title}>
      {error !== undefined ? (
        <div className="p-6">
          <FailureNote failure={asFailure(error)} onRetry={retry} />
        </div>
      ) : data === undefined ? (
        <Loading />
      ) : (
        <Empty title={t.agent.hidden}>{t.failure.nowhereHint}</Empty>
      )}
    </Page>
  )
}

function File({ agent, failure, onRetry }: { agent: AgentFile; failure: unknown; onRetry: () => void }) {
  const [act, setAct] = useState<StandingAct | null>(null)
  return (
    <Page
      title={agent.displayName}
      actions={
        <>
          <CopyQuery query={agentQuery} variables={{ id: agent.id }} />
          <StandingButton agent={agent} onOpen={setAct} />
        </>
      }
    >
      <div className="min-h-0 flex-1 overflow-y-auto p-6" tabIndex={-1}>
        <div className="mx-auto flex max-w-5xl flex-col gap-6">
          {failure !== undefined && <FailureNote failure={asFailure(failure)} onRetry={onRetry} />}
          <section className="rounded-lg border border-line bg-surface p-4">
            <div className="mb-3 flex flex-wrap items-center gap-2">
              <Status code={agent.status} />
              <span className="text-muted">
                {t.agent.since} <Ago instant={agent.statusSince} />
              </span>
              <Status code={agent.riskTier} />
            </div>
            <dl className="grid grid-cols-[repeat(auto-fit,minmax(12rem,1fr))] gap-x-6 gap-y-3">
              <Fact name={t.agents.owner} text={agent.owner?.displayName ?? agent.owner?.email} />
              <div>
                <dt className="text-[12.5px] text-muted">{t.agents.team}</dt>
                <dd>
                  {agent.team === null ? (
                    t.agents.hiddenTeam
                  ) : (
                    <Link to="/agents" search={{ team: agent.team.id }} className="text-accent hover:underline">
                      {agent.team.name}
                    </Link>
                  )}
                </dd>
              </div>
              <Fact name={t.agent.environment} text={agent.environment} />
              <Fact name={t.agent.model} text={agent.model} />
              <Fact name={t.agent.purpose} text={agent.purpose} />
              <div>
                <dt className="text-[12.5px] text-muted">{t.agent.id}</dt>
                <dd>
                  <Hash text={agent.id} what={t.copy.id} />
                </dd>
              </div>
            </dl>
          </section>
          <Scores score={agent.score} />
          <Grants grants={agent.grants} />
          <Decisions decisions={agent.decisions?.nodes ?? []} />
          <Record receipts={agent.receipts?.nodes ?? []} />
        </div>
      </div>
      {act !== null && (
        <StandingDialog
          agent={agent}
          act={act}
          onClose={() => {
            setAct(null)
            onRetry()
          }}
        />
      )}
    </Page>
  )
}

function Fact({ name, text }: { name: string; text: string | null | undefined }) {
  return (
    <div className="min-w-0">
      <dt className="text-[12.5px] text-muted">{name}</dt>
      <dd className="break-words">
        {text === null || text === undefined || text === '' ? t.none : <AgentText text={text} />}
      </dd>
    </div>
  )
}
