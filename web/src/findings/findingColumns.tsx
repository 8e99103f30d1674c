/** The columns of the triage list. Names agents gave themselves are shown as text and nothing else. */
import { AgentText } from '../parts/agentText.tsx'
import { Status } from '../parts/badge.tsx'
import type { DataColumn } from '../parts/dataTableColumns.ts'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import type { Finding } from './documents.ts'

export function findingColumns(): readonly DataColumn<Finding>[] {
  const titles = t.findings.columns
  return [
    {
      id: 'what',
      title: titles.what,
      width: 260,
      grows: 3,
      cell: ({ summary }) => (
        <span className="truncate" title={summary}>
          {summary}
        </span>
      ),
    },
    { id: 'severity', title: titles.severity, width: 104, cell: ({ severity }) => <Status code={severity} /> },
    { id: 'status', title: titles.status, width: 132, cell: ({ status }) => <Status code={status} /> },
    {
      id: 'agent',
      title: titles.agent,
      width: 150,
      grows: 1,
      cell: ({ agent }) =>
        agent === null ? (
          <span className="text-muted">{t.findings.noAgent}</span>
        ) : (
          <span className="truncate">
            <AgentText text={agent.displayName} />
          </span>
        ),
    },
    { id: 'count', title: titles.count, width: 84, cell: ({ count }) => t.findings.times(count) },
    { id: 'last', title: titles.last, width: 130, cell: ({ lastSeen }) => <Ago instant={lastSeen} /> },
    { id: 'exposure', title: titles.exposure, width: 84, align: 'end', cell: ({ exposure }) => exposure },
    {
      id: 'assignee',
      title: titles.assignee,
      width: 130,
      cell: ({ assignee }) => (
        <span className={`truncate ${assignee === null ? 'text-muted' : ''}`}>
          {assignee?.displayName ?? assignee?.email ?? t.findings.nobody}
        </span>
      ),
    },
    { id: 'tags', title: titles.tags, width: 120, isExtra: true, cell: ({ tags }) => tags.join(', ') || t.none },
    {
      id: 'type',
      title: titles.type,
      width: 230,
      isExtra: true,
      cell: ({ type }) => <code className="truncate font-mono text-[12px]">{type}</code>,
    },
  ]
}
