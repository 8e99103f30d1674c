/** The workforce at a glance: which part of the company, over which time, compared or not; all of it in the address. */
import { getRouteApi } from '@tanstack/react-router'
import { Printer } from 'lucide-react'
import { useQuery } from 'urql'
import { unitsQuery } from '../agents/documents.ts'
import { useKeys } from '../frame/keys.tsx'
import { present } from '../frame/search.ts'
import { useViewer } from '../frame/viewer.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { LivePill } from '../live/live.tsx'
import { Button } from '../parts/button.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, FailureNote, Loading } from '../parts/states.tsx'
import { parseWindow, previousWindow } from '../parts/timeWindow.ts'
import { whenPressed } from '../parts/whenPressed.tsx'
import { windowButton, windowWords } from '../parts/windowWords.tsx'
import { t } from '../texts.ts'
import { summaryQuery } from './documents.ts'
import type { Grouping } from './groups.tsx'
import { Rollup } from './rollup.tsx'
import { unitButton } from './unitButton.tsx'
import { shifted, zoomedOut } from './windowSteps.ts'

const route = getRouteApi('/inside/workforce')

const UnitPicker = whenPressed(() => import('./unitPicker.tsx'))
const WindowMenu = whenPressed(() => import('./windowMenu.tsx'))

const windowDefault = 'now-30d'

interface Place {
  unit?: string | undefined
  window?: string | undefined
  compare?: 'on' | undefined
  by?: Grouping | undefined
  show?: 'table' | undefined
}

export function WorkforcePage() {
  const { unit, window = windowDefault, compare, by = 'team', show } = route.useSearch()
  const navigate = route.useNavigate()
  const viewer = useViewer()
  const go = (part: Place): void => void navigate({ search: (before) => present({ ...before, ...part }) })
  const now = Date.now()
  const isWindow = parseWindow(window, now) !== null
  const isCompared = compare === 'on' && previousWindow(window, now) !== null
  const [{ data: units }] = useQuery({ query: unitsQuery, variables: {}, requestPolicy: 'cache-first' })
  const variables = { orgUnit: unit ?? null, window, compare: isCompared }
  const [{ data, error, fetching }, again] = useQuery({ query: summaryQuery, variables, pause: !isWindow })
  const refresh = (): void => again({ requestPolicy: 'network-only' })
  const setWindow = (next: string | null): void => {
    if (next !== null) go({ window: next === windowDefault ? undefined : next })
  }
  const setCompare = (on: boolean): void => go({ compare: on ? 'on' : undefined })
  useKeys([
    { keys: 't z', label: t.workforce.keys.zoomOut, run: () => setWindow(zoomedOut(window, Date.now())) },
    {
      keys: 't ArrowLeft',
      label: t.workforce.keys.earlier,
      run: () => setWindow(shifted(window, Date.now(), 'earlier')),
    },
    { keys: 't ArrowRight', label: t.workforce.keys.later, run: () => setWindow(shifted(window, Date.now(), 'later')) },
    { keys: 'c', label: t.workforce.keys.compare, run: () => setCompare(compare !== 'on') },
  ])
  const answered = data?.workforceSummary
  // While another unit's numbers are on their way, those of the one before are nobody's.
  const isOfUnit = answered === null || (answered?.orgUnit?.id ?? undefined) === unit
  const summary = isOfUnit ? answered : undefined
  const unitName =
    units?.orgUnits.find(({ id }) => id === unit)?.name ?? summary?.orgUnit?.name ?? t.workforce.everything
  return (
    <Page
      title={viewer === undefined ? t.workforce.title : `${t.workforce.title} · ${viewer.tenant.name}`}
      actions={
        <>
          <LivePill typename="Agent" onApply={refresh} />
          <CopyQuery query={summaryQuery} variables={variables} />
          <Button look="quiet" size="small" title={t.workforce.printWhy} onClick={() => globalThis.print()}>
            <Printer size={15} aria-hidden />
            {t.workforce.print}
          </Button>
          <UnitPicker
            label={`${t.workforce.org}: ${unitName}`}
            units={units?.orgUnits ?? []}
            value={unit}
            onValue={(next) => go({ unit: next })}
          >
            {unitButton(unitName)}
          </UnitPicker>
          <WindowMenu
            label={t.timeRange.title(windowWords(window))}
            value={window}
            onValue={setWindow}
            compare={compare === 'on'}
            onCompare={setCompare}
          >
            {windowButton(window, compare === 'on')}
          </WindowMenu>
        </>
      }
    >
      <div
        className="min-h-0 flex-1 overflow-y-auto p-6 aria-busy:opacity-70 max-sm:p-3 print:overflow-visible print:p-0"
        tabIndex={-1}
        aria-busy={fetching}
      >
        {!isWindow ? (
          <Empty title={t.workforce.noWindow(window)}>
            <span className="flex flex-col items-center gap-3">
              {t.workforce.noWindowHint}
              <Button onClick={() => go({ window: undefined })}>{t.workforce.useDefault}</Button>
            </span>
          </Empty>
        ) : summary ? (
          <Rollup
            summary={summary}
            unit={unit}
            by={by}
            onBy={(next) => go({ by: next === 'team' ? undefined : next })}
            shown={show ?? 'chart'}
            onShown={(next) => go({ show: next === 'table' ? next : undefined })}
            onWindow={setWindow}
            zoomOut={zoomedOut(window, now)}
          />
        ) : error !== undefined ? (
          <FailureNote failure={asFailure(error)} onRetry={refresh} />
        ) : data === undefined || !isOfUnit ? (
          <Loading />
        ) : (
          <Empty title={t.workforce.hidden}>{t.failure.nowhereHint}</Empty>
        )}
      </div>
    </Page>
  )
}
