/** Decisions as lines that open their receipts. */
import { AgentText } from '../../parts/agentText.tsx'
import { Status } from '../../parts/badge.tsx'
import { ReceiptHere, useOpenReceipt } from '../../parts/receiptDrawer.tsx'
import { Table } from '../../parts/table.tsx'
import { Ago } from '../../parts/time.tsx'
import { t } from '../../texts.ts'
import type { Decision } from '../agentFile.ts'

export function DecisionTable({ title, decisions }: { title: string; decisions: readonly Decision[] }) {
  const open = useOpenReceipt()
  return (
    <Table
      title={title}
      columns={[t.file.outcome, t.file.action, t.file.why, t.file.when, t.file.receipt]}
      empty={t.file.noDecisions}
      rows={decisions.map(({ id, outcome, tool, action, reason, decidedAt, receipt }) => ({
        key: id,
        onOpen: () => open(receipt.id),
        cells: [
          <Status code={outcome} />,
          <span className="font-mono text-[13px] whitespace-nowrap">
            <AgentText text={`${tool} · ${action}`} />
          </span>,
          reason,
          <Ago instant={decidedAt} />,
          <ReceiptHere receipt={receipt} />,
        ],
      }))}
    />
  )
}
