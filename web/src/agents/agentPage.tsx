/** The agent's file: five answers at a glance, and its pages behind tabs that stand in the address. */
import { useState, type ReactNode } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { present } from '../frame/search.ts'
import { agentTabs, type AgentTab } from '../frame/vocabulary.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { useLive } from '../live/live.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { Page } from '../parts/page.tsx'
import { ReceiptDrawer } from '../parts/receiptDrawer.tsx'
import { Empty, FailureNote, Loading } from '../parts/states.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { t } from '../texts.ts'
import { agentQuery, type AgentFile } from './agentFile.ts'
import { Access } from './file/access.tsx'
import { Approvals } from './file/approvals.tsx'
import { Decisions } from './file/decisions.tsx'
import { Findings } from './file/findings.tsx'
import { History } from './file/history.tsx'
import { Overview } from './file/overview.tsx'
import { Passport } from './file/passport.tsx'
import { Score } from './file/score.tsx'
import { FileHeader } from './fileHeader.tsx'
import { StandingButton, StandingDialog, type StandingAct } from './standing.tsx'

const route = getRouteApi('/inside/agents/$agentId')

export function AgentPage() {
  const { agentId } = route.useParams()
  const [{ data, error }, again] = useQuery({ query: agentQuery, variables: { id: agentId } })
  const retry = (): void => again({ requestPolicy: 'network-only' })
  useLive('Agent', (changed) => {
    if (changed === agentId || changed === null) retry()
  })
  if (data?.agent) return <File key={agentId} agent={data.agent} failure={error} onRetry={retry} />
  return (
    <Page title={t.agents.title}>
      {error !== undefined ? (
        <div className="p-6">
          <FailureNote failure={asFailure(error)} onRetry={retry} />
        </div>
      ) : data === undefined ? (
        <Loading />
      ) : (
        <Empty title={t.file.hidden}>{t.failure.nowhereHint}</Empty>
      )}
    </Page>
  )
}

/** What each page shows; drawn only while it is open. */
const pages: Readonly<Record<AgentTab, (agent: AgentFile) => ReactNode>> = {
  overview: (agent) => <Overview agent={agent} />,
  access: (agent) => <Access agent={agent} />,
  decisions: ({ id }) => <Decisions agentId={id} />,
  approvals: ({ id }) => <Approvals agentId={id} />,
  score: (agent) => <Score agent={agent} />,
  passport: (agent) => <Passport agent={agent} />,
  findings: ({ id }) => <Findings agentId={id} />,
  history: ({ id }) => <History agentId={id} />,
}

function File({ agent, failure, onRetry }: { agent: AgentFile; failure: unknown; onRetry: () => void }) {
  const { tab = 'overview' } = route.useSearch()
  const navigate = route.useNavigate()
  const [act, setAct] = useState<StandingAct | null>(null)
  const counts: Partial<Record<AgentTab, number | undefined>> = {
    access: agent.grants?.length,
    approvals: agent.underWay?.pendingApprovals || undefined,
    findings: agent.findings?.totalCount || undefined,
  }
  return (
    <Page
      title={agent.displayName}
      actions={
        <>
          <CopyQuery query={agentQuery} variables={{ id: agent.id }} />
          <StandingButton agent={agent} onOpen={setAct} />
        </>
      }
    >
      {failure !== undefined && (
        <div className="px-6 py-3">
          <FailureNote failure={asFailure(failure)} onRetry={onRetry} />
        </div>
      )}
      <FileHeader agent={agent} />
      <Tabs
        label={t.file.tabsLabel}
        chosen={tab}
        onChoose={(name) => void navigate({ search: present({ tab: name === 'overview' ? undefined : name }) })}
        tabs={agentTabs.map((name) => {
          const count = counts[name]
          return {
            name,
            label: t.file.tabs[name],
            ...(count === undefined ? {} : { count }),
            content: () => <div className="mx-auto flex max-w-6xl flex-col gap-5 p-6">{pages[name](agent)}</div>,
          }
        })}
      />
      <ReceiptDrawer />
      {act !== null && (
        <StandingDialog
          agent={agent}
          act={act}
          onClose={() => {
            setAct(null)
            onRetry()
          }}
        />
      )}
    </Page>
  )
}
