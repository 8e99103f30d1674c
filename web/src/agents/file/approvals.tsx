/** What was held for people before this agent could act; each line opens the receipt of the decision that held it. */
import { Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { AgentText } from '../../parts/agentText.tsx'
import { Status } from '../../parts/badge.tsx'
import { ReceiptHere, useOpenReceipt } from '../../parts/receiptDrawer.tsx'
import { Table } from '../../parts/table.tsx'
import { Ago } from '../../parts/time.tsx'
import { t } from '../../texts.ts'
import { approvalsQuery } from './documents.ts'
import { Loaded } from './loaded.tsx'
import { Pager, pageRows, useCursor } from './paging.tsx'

export function Approvals({ agentId }: { agentId: string }) {
  const cursor = useCursor('')
  const open = useOpenReceipt()
  const [{ data, error }, again] = useQuery({
    query: approvalsQuery,
    variables: { id: agentId, first: pageRows, after: cursor.after },
  })
  return (
    <Loaded data={data} error={error} onRetry={() => again({ requestPolicy: 'network-only' })}>
      {({ agent }) => (
        <>
          <Table
            title={t.file.approvals}
            untitled
            columns={[
              t.file.status,
              t.file.action,
              t.file.why,
              t.file.quorum,
              t.file.when,
              t.file.expiresAt,
              t.file.receipt,
              t.file.open,
            ]}
            empty={t.file.noApprovals}
            rows={(agent?.approvals.nodes ?? []).map((approval) => ({
              key: approval.id,
              onOpen: () => open(approval.decision.receipt.id),
              cells: [
                <Status code={approval.status} />,
                <span className="font-mono text-[13px]">
                  <AgentText text={`${approval.decision.tool} · ${approval.decision.action}`} />
                </span>,
                approval.reason,
                t.file.ofRequired(approval.approvals, approval.required),
                <Ago instant={approval.createdAt} />,
                <Ago instant={approval.expiresAt} />,
                <ReceiptHere receipt={approval.decision.receipt} />,
                <Link
                  to="/approvals"
                  search={{ id: approval.id }}
                  onClick={(event) => event.stopPropagation()}
                  className="text-accent hover:underline"
                >
                  {t.file.open}
                </Link>,
              ],
            }))}
          />
          <Pager cursor={cursor} page={agent?.approvals.pageInfo} />
        </>
      )}
    </Loaded>
  )
}
