/** Findings of an agent as lines that lead to them in the triage list. */
import { Link, useNavigate } from '@tanstack/react-router'
import { Status } from '../../parts/badge.tsx'
import { Table } from '../../parts/table.tsx'
import { Ago } from '../../parts/time.tsx'
import { t } from '../../texts.ts'
import type { ListedFinding } from '../agentFile.ts'

interface Props {
  title: string
  empty: string
  findings: readonly ListedFinding[]
}

export function FindingTable({ title, empty, findings }: Props) {
  const navigate = useNavigate()
  return (
    <Table
      title={title}
      columns={[t.file.severity, t.file.status, t.file.what, t.file.times, t.file.lastSeen]}
      empty={empty}
      rows={findings.map(({ id, severity, status, summary, count, lastSeen }) => ({
        key: id,
        onOpen: () => void navigate({ to: '/findings', search: { id } }),
        cells: [
          <Status code={severity} />,
          <Status code={status} />,
          <Link to="/findings" search={{ id }} className="hover:text-accent hover:underline">
            {summary}
          </Link>,
          <span className="whitespace-nowrap">{t.findings.times(count)}</span>,
          <Ago instant={lastSeen} />,
        ],
      }))}
    />
  )
}
