/** The parts of the agent's file below its header. Every line that is on record opens its receipt. */
import { AgentText } from '../parts/agentText.tsx'
import { Status } from '../parts/badge.tsx'
import { ReceiptLink } from '../parts/receiptLink.tsx'
import { Table } from '../parts/table.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import type { AgentScore, Decision, Grant, Receipt } from './agentFile.ts'

const names = ['identity', 'risk', 'reliability', 'autonomy'] as const

export function Scores({ score }: { score: AgentScore | null }) {
  if (score === null) {
    return (
      <section aria-label={t.agent.scores}>
        <h2 className="mb-2 font-semibold">{t.agent.scores}</h2>
        <p className="rounded-lg border border-line bg-surface px-4 py-3 text-muted">{t.agent.noScores}</p>
      </section>
    )
  }
  return (
    <section aria-label={t.agent.scores}>
      <h2 className="mb-2 font-semibold">{t.agent.scores}</h2>
      <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
        {names.map((name) => {
          const { value, confidence } = score[name]
          return (
            <div key={name} className="rounded-lg border border-line bg-surface px-4 py-3">
              <p className="text-muted">{t.agent.score[name]}</p>
              <p className={value === null ? 'py-1 text-muted' : 'text-2xl font-semibold tabular-nums'}>
                {value === null ? t.agents.noEvidence : Math.round(value)}
                {name === 'autonomy' && value !== null && (
                  <span className="ml-2 text-sm font-normal text-muted">{score.autonomy.label}</span>
                )}
              </p>
              <p className="text-[12.5px] text-muted">{t.agent.confidence(confidence)}</p>
            </div>
          )
        })}
      </div>
      {score.explanation.length > 0 && (
        <details className="mt-3 rounded-lg border border-line bg-surface">
          <summary className="px-4 py-2.5">{t.agent.basis}</summary>
          <table className="w-full border-t border-line text-left">
            <thead>
              <tr className="text-[12.5px] text-muted">
                <th scope="col" className="px-4 py-1.5 font-normal">
                  {t.agent.scores}
                </th>
                <th scope="col" className="px-4 py-1.5 font-normal">
                  {t.agent.factor}
                </th>
                <th scope="col" className="px-4 py-1.5 text-right font-normal">
                  {t.agent.points}
                </th>
              </tr>
            </thead>
            <tbody>
              {score.explanation.map(({ score: of, factor, contribution }, at) => (
                <tr key={at} className="border-t border-line">
                  <td className="px-4 py-1.5">{of}</td>
                  <td className="px-4 py-1.5 font-mono text-[13px]">{factor}</td>
                  <td className="px-4 py-1.5 text-right tabular-nums">{contribution.toFixed(1)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </section>
  )
}

export function Grants({ grants }: { grants: Grant[] | null }) {
  return (
    <Table
      title={t.agent.grants}
      columns={[t.agent.tool, t.agent.action, t.agent.mutates, t.agent.expires, t.agent.lastUsed]}
      empty={t.agent.noGrants}
      rows={(grants ?? []).map(({ id, tool, action, mutates, expiresAt, lastUsedAt }) => ({
        key: id,
        cells: [
          <span className="font-mono text-[13px]">{tool}</span>,
          action === null ? <em>{t.agent.everyAction}</em> : <span className="font-mono text-[13px]">{action}</span>,
          mutates ? t.approvals.yes : t.approvals.no,
          expiresAt === null ? t.agent.never : <Ago instant={expiresAt} />,
          lastUsedAt === null ? t.agent.never : <Ago instant={lastUsedAt} />,
        ],
      }))}
    />
  )
}

export function Decisions({ decisions }: { decisions: Decision[] }) {
  return (
    <Table
      title={t.agent.decisions}
      columns={[t.agent.outcome, t.agent.action, t.agent.why, t.agent.when, t.agent.receipt]}
      empty={t.agent.noDecisions}
      rows={decisions.map(({ id, outcome, tool, action, reason, decidedAt, receipt }) => ({
        key: id,
        cells: [
          <Status code={outcome} />,
          <span className="font-mono text-[13px]">
            <AgentText text={`${tool} · ${action}`} />
          </span>,
          reason,
          <Ago instant={decidedAt} />,
          <ReceiptLink receipt={receipt} />,
        ],
      }))}
    />
  )
}

export function Record({ receipts }: { receipts: Receipt[] }) {
  return (
    <Table
      title={t.agent.record}
      columns={[t.agent.seq, t.agent.type, t.agent.when]}
      empty={t.agent.noRecord}
      rows={receipts.map(({ id, seq, type, occurredAt }) => ({
        key: id,
        cells: [
          <ReceiptLink receipt={{ id, seq }} />,
          <span className="font-mono text-[13px]">{type}</span>,
          <Ago instant={occurredAt} />,
        ],
      }))}
    />
  )
}
