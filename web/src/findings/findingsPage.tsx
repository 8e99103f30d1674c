/** Findings: a triage list and the incidents it came to, each with one thing opened beside it. */
import { getRouteApi } from '@tanstack/react-router'
import { present } from '../frame/search.ts'
import { Page } from '../parts/page.tsx'
import { ReceiptDrawer } from '../parts/receiptDrawer.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { t } from '../texts.ts'
import { Incidents } from './incidents.tsx'
import { Triage } from './triage.tsx'

const route = getRouteApi('/inside/findings')

export function FindingsPage() {
  const { tab = 'findings' } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page title={t.findings.title}>
      <Tabs
        label={t.findings.tabsLabel}
        chosen={tab}
        onChoose={(name) => void navigate({ search: present({ tab: name === 'findings' ? undefined : name }) })}
        className="flex flex-col"
        tabs={[
          { name: 'findings', label: t.findings.tabs.findings, content: () => <Triage /> },
          { name: 'incidents', label: t.findings.tabs.incidents, content: () => <Incidents /> },
        ]}
      />
      <ReceiptDrawer />
    </Page>
  )
}
