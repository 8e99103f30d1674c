/** Four scores, each open to what it is made of; every share is linked to its newest evidence. No evidence is said, never 0. */
import { getRouteApi } from '@tanstack/react-router'
import { present } from '../../frame/search.ts'
import { scoreNames, type ScoreName } from '../../frame/vocabulary.ts'
import { Empty } from '../../parts/states.tsx'
import { useOpenReceipt } from '../../parts/receiptDrawer.tsx'
import { Table } from '../../parts/table.tsx'
import { Ago } from '../../parts/time.tsx'
import { t } from '../../texts.ts'
import type { AgentFile, AgentScore } from '../agentFile.ts'
import { Sparkline } from '../sparkline.tsx'

const route = getRouteApi('/inside/agents/$agentId')

export function Score({ agent: { score, scoreHistory } }: { agent: AgentFile }) {
  const { score: chosen = 'risk' } = route.useSearch()
  const navigate = route.useNavigate()
  if (score === null) return <Empty title={t.file.noEvidence}>{t.file.noEvidenceHint}</Empty>
  const snapshots = scoreHistory?.nodes ?? []
  return (
    <>
      <div role="group" aria-label={t.file.scores} className="grid grid-cols-2 gap-3 md:grid-cols-4">
        {scoreNames.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === chosen}
            onClick={() => void navigate({ search: (before) => present({ ...before, score: name }), replace: true })}
            className={`rounded-lg border bg-surface px-4 py-3 text-left hover:bg-raised ${name === chosen ? 'border-accent' : 'border-line'}`}
          >
            <span className="block text-muted">{t.file.score[name]}</span>
            <Value score={score} name={name} />
            <span className="flex items-center justify-between gap-2 text-[12.5px] text-muted">
              {t.file.confidence(score[name].confidence)}
              <Sparkline
                name={t.file.score[name]}
                values={snapshots.toReversed().map((snapshot) => snapshot[name].value)}
              />
            </span>
          </button>
        ))}
      </div>
      <p className="text-muted">
        {t.file.asOf} <Ago instant={score.asOf} /> · {t.file.formula}{' '}
        <code className="font-mono text-[13px]">{score.formula}</code> · {t.file.policyTier(score.policyTier)}
      </p>
      <Contributions score={score} name={chosen} />
      <Table
        title={t.file.snapshots}
        columns={[t.file.when, ...scoreNames.map((name) => t.file.score[name])]}
        empty={t.file.noSnapshots}
        rows={snapshots.map((snapshot) => ({
          key: snapshot.snapshotId,
          cells: [
            <Ago instant={snapshot.asOf} />,
            ...scoreNames.map((name) => {
              const { value } = snapshot[name]
              return value === null ? (
                <span className="text-muted">{t.file.noEvidence}</span>
              ) : (
                <span className="tabular-nums">{Math.round(value)}</span>
              )
            }),
          ],
        }))}
      />
    </>
  )
}

function Value({ score, name }: { score: AgentScore; name: ScoreName }) {
  const { value } = score[name]
  if (value === null) return <span className="block py-1 text-muted">{t.file.noEvidence}</span>
  return (
    <span className="block text-2xl font-semibold tabular-nums">
      {Math.round(value)}
      {name === 'autonomy' && <span className="ml-2 text-sm font-normal text-muted">{score.autonomy.label}</span>}
    </span>
  )
}

function Contributions({ score, name }: { score: AgentScore; name: ScoreName }) {
  const open = useOpenReceipt()
  const factors = score.explanation.filter((factor) => factor.score === name)
  return (
    <Table
      title={t.file.contributions(t.file.score[name])}
      columns={[t.file.factor, t.file.points, t.file.evidence]}
      empty={t.file.noEvidenceHint}
      rows={factors.map(({ factor, contribution, receiptId }) => ({
        key: factor,
        ...(receiptId === null ? {} : { onOpen: () => open(receiptId) }),
        cells: [
          <code className="font-mono text-[13px]">{factor}</code>,
          <span className="tabular-nums">{contribution.toFixed(1)}</span>,
          receiptId === null ? (
            <span className="text-muted">{t.file.noReceipt}</span>
          ) : (
            <button type="button" onClick={() => open(receiptId)} className="text-accent hover:underline">
              {t.receipt.title}
            </button>
          ),
        ],
      }))}
    />
  )
}
