/** What came of an approval: the verdicts, the permit's use, and every receipt about it. */
import type { ReactNode } from 'react'
import { useQuery } from 'urql'
import { useHasCapability } from '../frame/viewer.ts'
import { AgentText } from '../parts/agentText.tsx'
import { Status } from '../parts/badge.tsx'
import { ReceiptLink } from '../parts/receiptLink.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { approvalReceiptsQuery, type ApprovalDetail } from './documents.ts'

export function Outcome({ approval }: { approval: ApprovalDetail }) {
  const { votes, execution, status, decision } = approval
  const mayRead = useHasCapability('ledger:read')
  const [{ data }] = useQuery({
    query: approvalReceiptsQuery,
    variables: { id: approval.id },
    pause: !mayRead,
    context: receiptsContext,
  })
  return (
    <>
      {votes.length > 0 && (
        <Part title={t.approvals.votes}>
          {votes.map((vote, at) => (
            <li key={at} className="flex flex-wrap items-center gap-2">
              <Status code={vote.verdict === 'APPROVE' ? 'APPROVED' : 'REJECTED'} />
              <span>
                <AgentText text={vote.person?.displayName ?? vote.person?.email ?? t.approvals.someone} />
              </span>
              <span className="text-muted">
                <Ago instant={vote.votedAt} />
              </span>
              <span className="min-w-0 text-muted">
                <AgentText text={vote.reason ?? t.approvals.forgotten} />
              </span>
            </li>
          ))}
        </Part>
      )}
      {status === 'APPROVED' && (
        <Part title={t.approvals.outcome}>
          {execution === null ? (
            <li className="text-muted">{t.approvals.notRedeemed}</li>
          ) : (
            <>
              <li className="flex flex-wrap gap-2">
                {t.approvals.redeemed} <Ago instant={execution.redeemedAt} />{' '}
                <ReceiptLink receipt={execution.receipt} />
              </li>
              <li className="flex flex-wrap gap-2">
                {t.approvals.reported}:{' '}
                {execution.outcome === null || execution.reportedAt === null ? (
                  <span className="text-muted">{t.approvals.unreported}</span>
                ) : (
                  <>
                    {t.words(execution.outcome)} <Ago instant={execution.reportedAt} />
                  </>
                )}
              </li>
            </>
          )}
        </Part>
      )}
      <Part title={t.approvals.receipts}>
        <li className="flex flex-wrap items-center gap-2">
          <ReceiptLink receipt={decision.receipt} /> <span className="text-muted">{t.approvals.decided}</span>
        </li>
        {(data?.ledger.nodes ?? []).map(({ id, seq, type, occurredAt }) => (
          <li key={seq} className="flex flex-wrap items-center gap-2">
            <ReceiptLink receipt={{ id: id ?? '', seq }} />
            <span className="font-mono text-[13px]">{type}</span>
            {occurredAt !== null && (
              <span className="text-muted">
                <Ago instant={occurredAt} />
              </span>
            )}
          </li>
        ))}
      </Part>
    </>
  )
}

/** Receipts are only ever added: what is remembered is shown while the rest is fetched. */
const receiptsContext = { requestPolicy: 'cache-and-network' } as const

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="mt-6">
      <h3 className="mb-2 font-semibold">{title}</h3>
      <ul className="flex flex-col gap-1">{children}</ul>
    </section>
  )
}
