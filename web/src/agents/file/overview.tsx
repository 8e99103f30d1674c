/** The first page of the file: what it is for, what stopping it would touch, what it did last and what was found. */
import type { ReactNode } from 'react'
import { AgentText } from '../../parts/agentText.tsx'
import { Hash } from '../../parts/hash.tsx'
import { Ago } from '../../parts/time.tsx'
import { t } from '../../texts.ts'
import type { AgentFile } from '../agentFile.ts'
import { DecisionTable } from './decisionTable.tsx'
import { FindingTable } from './findingTable.tsx'

export function Overview({ agent }: { agent: AgentFile }) {
  const { underWay, grants, findings } = agent
  return (
    <>
      <section aria-label={t.file.facts} className="rounded-lg border border-line bg-surface p-4">
        <dl className="grid grid-cols-[repeat(auto-fit,minmax(12rem,1fr))] gap-x-6 gap-y-3">
          <Fact name={t.file.purpose}>{agent.purpose === '' ? t.none : <AgentText text={agent.purpose} />}</Fact>
          <Fact name={t.file.environment}>
            {agent.environment === '' ? t.none : <AgentText text={agent.environment} />}
          </Fact>
          <Fact name={t.file.model}>{agent.model === '' ? t.none : <AgentText text={agent.model} />}</Fact>
          <Fact name={t.file.slug}>
            <code className="font-mono text-[13px]">{agent.slug}</code>
          </Fact>
          <Fact name={t.file.registered}>
            <Ago instant={agent.createdAt} />
          </Fact>
          <Fact name={t.file.seen}>
            {agent.lastSeenAt === null ? t.file.never : <Ago instant={agent.lastSeenAt} />}
          </Fact>
          <Fact name={t.file.id}>
            <Hash text={agent.id} what={t.copy.id} />
          </Fact>
        </dl>
        {underWay !== null && (
          <p className="mt-3 border-t border-line pt-3 text-muted">
            {t.file.wouldTouch(underWay.openPermits, underWay.pendingApprovals, grants?.length ?? 0)}
          </p>
        )}
      </section>
      {findings !== null && (
        <FindingTable title={t.file.openFindings} empty={t.file.noOpenFindings} findings={findings.nodes} />
      )}
      {agent.decisions !== null && <DecisionTable title={t.file.latest} decisions={agent.decisions.nodes} />}
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-[12.5px] text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  )
}
