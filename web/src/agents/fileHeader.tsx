/** The five questions of an agent's file, answered at a glance: who, what, how well, in what standing, and what last. */
import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { scoreNames } from '../frame/vocabulary.ts'
import { AgentText } from '../parts/agentText.tsx'
import { Status } from '../parts/badge.tsx'
import { useOpenReceipt } from '../parts/receiptDrawer.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import type { AgentFile } from './agentFile.ts'
import { Sparkline } from './sparkline.tsx'

export function FileHeader({ agent }: { agent: AgentFile }) {
  return (
    <section
      aria-label={t.file.answers}
      className="grid shrink-0 grid-cols-[repeat(auto-fit,minmax(13rem,1fr))] gap-px border-b border-line bg-line max-md:flex max-md:overflow-x-auto"
    >
      <Answer question={t.file.who}>
        <p className="font-medium">{agent.owner?.displayName ?? agent.owner?.email ?? t.none}</p>
        <p className="text-muted">
          {agent.team === null ? (
            t.agents.hiddenTeam
          ) : (
            <Link to="/agents" search={{ team: agent.team.id }} className="text-accent hover:underline">
              {agent.team.name}
            </Link>
          )}
        </p>
      </Answer>
      <Answer question={t.file.may}>
        <May agent={agent} />
      </Answer>
      <Answer question={t.file.scores}>
        <Scores agent={agent} />
      </Answer>
      <Answer question={t.file.standing}>
        <p className="flex flex-wrap items-center gap-1.5">
          <Status code={agent.status} />
          <Status code={agent.riskTier} />
        </p>
        <p className="text-muted">
          {t.file.since} <Ago instant={agent.statusSince} />
        </p>
      </Answer>
      <Answer question={t.file.last}>
        <Last agent={agent} />
      </Answer>
    </section>
  )
}

function Answer({ question, children }: { question: string; children: ReactNode }) {
  return (
    <div className="min-w-0 bg-surface px-6 py-3 max-md:min-w-52 max-md:grow">
      <h2 className="mb-1 text-[12.5px] text-muted">{question}</h2>
      {children}
    </div>
  )
}

function May({ agent: { grants, id } }: { agent: AgentFile }) {
  if (grants === null) return <p className="text-muted">{t.file.grantsHidden}</p>
  const changing = grants.filter(({ mutates }) => mutates).length
  return (
    <>
      <p className="font-medium">
        <Link to="/agents/$agentId" params={{ agentId: id }} search={{ tab: 'access' }} className="hover:underline">
          {t.file.grantsLive(grants.length)}
        </Link>
      </p>
      <p className="text-muted">{grants.length === 0 ? t.file.noGrants : t.file.grantsChanging(changing)}</p>
    </>
  )
}

function Scores({ agent: { id, score, scoreHistory } }: { agent: AgentFile }) {
  const snapshots = (scoreHistory?.nodes ?? []).toReversed()
  return (
    <ul className="grid gap-0.5">
      {scoreNames.map((name) => {
        const value = score?.[name].value ?? null
        return (
          <li key={name} className="flex items-center gap-2">
            <Link
              to="/agents/$agentId"
              params={{ agentId: id }}
              search={{ tab: 'score', score: name }}
              className="w-20 text-muted hover:text-accent hover:underline"
            >
              {t.file.score[name]}
            </Link>
            {value === null ? (
              <span className="text-muted">{t.file.noEvidence}</span>
            ) : (
              <>
                <span className="w-8 text-right font-medium tabular-nums">{Math.round(value)}</span>
                <span className="text-muted">
                  <Sparkline name={t.file.score[name]} values={snapshots.map((snapshot) => snapshot[name].value)} />
                </span>
              </>
            )}
          </li>
        )
      })}
    </ul>
  )
}

function Last({ agent: { decisions } }: { agent: AgentFile }) {
  const open = useOpenReceipt()
  const last = decisions?.nodes[0]
  if (last === undefined) return <p className="text-muted">{t.file.nothingYet}</p>
  return (
    <button type="button" onClick={() => open(last.receipt.id)} className="block max-w-full text-left hover:underline">
      <span className="mr-1.5">
        <Status code={last.outcome} />
      </span>
      <span className="font-mono text-[13px]">
        <AgentText text={last.tool} /> · <AgentText text={last.action} />
      </span>
      <span className="block text-muted">
        <Ago instant={last.decidedAt} />
      </span>
    </button>
  )
}
