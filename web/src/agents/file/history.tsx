/** The record of an agent from hire to termination: its receipts, newest first, with the reasons people gave. */
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { present } from '../../frame/search.ts'
import { Select } from '../../parts/select.tsx'
import { CopyQuery } from '../../parts/copyQuery.tsx'
import { ReceiptHere, useOpenReceipt } from '../../parts/receiptDrawer.tsx'
import { Table } from '../../parts/table.tsx'
import { Ago } from '../../parts/time.tsx'
import { t } from '../../texts.ts'
import { historyQuery } from './documents.ts'
import { Loaded } from './loaded.tsx'
import { Pager, pageRows, useCursor } from './paging.tsx'

const route = getRouteApi('/inside/agents/$agentId')

const families: Readonly<Record<string, readonly string[]>> = {
  standing: ['agent.frozen', 'agent.quarantined', 'agent.revoked', 'agent.restricted', 'agent.reinstated'],
  access: ['grant.given', 'grant.revoked', 'transfer.offered', 'transfer.accepted', 'transfer.withdrawn'],
}

export function History({ agentId }: { agentId: string }) {
  const { types } = route.useSearch()
  const navigate = route.useNavigate()
  const open = useOpenReceipt()
  const family = types !== undefined && types in families ? types : ''
  const cursor = useCursor(family)
  const variables = { id: agentId, first: pageRows, after: cursor.after, types: families[family] ?? null }
  const [{ data, error }, again] = useQuery({ query: historyQuery, variables })
  return (
    <>
      <div className="flex items-center gap-3">
        <Select
          label={t.file.type}
          value={family}
          options={[
            { value: '', label: t.file.allTypes },
            { value: 'standing', label: t.file.standingTypes },
            { value: 'access', label: t.file.accessTypes },
          ]}
          onValue={(value) =>
            void navigate({ search: (before) => present({ ...before, types: value || undefined }), replace: true })
          }
        />
        <CopyQuery query={historyQuery} variables={variables} />
      </div>
      <Loaded data={data} error={error} onRetry={() => again({ requestPolicy: 'network-only' })}>
        {({ agent }) => (
          <>
            <Table
              title={t.file.history}
              untitled
              columns={[t.file.seq, t.file.type, t.file.when, t.file.by, t.file.reason]}
              empty={t.file.noHistory}
              rows={(agent?.receipts?.nodes ?? []).map((receipt) => ({
                key: receipt.id,
                onOpen: () => open(receipt.id),
                cells: [
                  <ReceiptHere receipt={receipt} />,
                  <code className="font-mono text-[13px]">{receipt.type}</code>,
                  <Ago instant={receipt.occurredAt} />,
                  receipt.person?.displayName ?? receipt.person?.email ?? t.none,
                  receipt.reason ?? t.none,
                ],
              }))}
            />
            <Pager cursor={cursor} page={agent?.receipts?.pageInfo} />
          </>
        )}
      </Loaded>
    </>
  )
}
