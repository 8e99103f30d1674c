/** What is different from last time, field by field, as text. */
import { useQuery } from '@tanstack/react-query'
import { parseStrict, type JsonObject } from '@muster/canonical-json'
import { AgentText } from '../parts/agentText.tsx'
import { Table } from '../parts/table.tsx'
import { t } from '../texts.ts'
import { changesBetween } from './changes.ts'

export function ChangesView({ previous, payload }: { previous: string | null; payload: JsonObject }) {
  const { data: changes } = useQuery({
    queryKey: ['changes', previous, payload],
    queryFn: () => changesBetween(parseStrict(previous ?? '{}'), payload),
    enabled: previous !== null,
    staleTime: Infinity,
  })
  if (previous === null) return <p className="mb-4 text-muted">{t.approvals.changesFirst}</p>
  if (changes === undefined) return <div role="status" aria-label={t.loading} className="skeleton mb-4 h-16" />
  return (
    <div className="mb-4">
      <Table
        title={t.approvals.changes}
        columns={[t.approvals.field, t.approvals.before, t.approvals.after]}
        empty={t.approvals.changesNone}
        rows={changes.map(({ path, before, after }, at) => ({
          key: String(at),
          cells: [
            <Text text={path === '' ? t.approvals.whole : path} />,
            <Value text={before} />,
            <Value text={after} />,
          ],
        }))}
      />
    </div>
  )
}

function Value({ text }: { text: string | undefined }) {
  return text === undefined ? <span className="text-muted">{t.approvals.absent}</span> : <Text text={text} />
}

function Text({ text }: { text: string }) {
  return (
    <span className="font-mono text-[13px] break-all whitespace-pre-wrap">
      <AgentText text={text} />
    </span>
  )
}
