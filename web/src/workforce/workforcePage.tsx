/** The workforce at a glance: six numbers, each a link to the list it counts; teams; the riskiest agents. */
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { unitsQuery } from '../agents/documents.ts'
import { present } from '../frame/search.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { Choice } from '../parts/choice.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { Page } from '../parts/page.tsx'
import { Empty, FailureNote, Loading } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { summaryQuery } from './documents.ts'
import { Rollup } from './rollup.tsx'

const route = getRouteApi('/inside/workforce')

const windowDefault = 'now-30d'

export function WorkforcePage() {
  const { unit, window = windowDefault } = route.useSearch()
  const navigate = route.useNavigate()
  const [{ data: units }] = useQuery({ query: unitsQuery, variables: {}, requestPolicy: 'cache-first' })
  const variables = { orgUnit: unit ?? null, window }
  const [{ data, error }, again] = useQuery({ query: summaryQuery, variables })
  const windows = Object.entries(t.workforce.windows).map(([value, label]) => ({ value, label }))
  // A window from a shared link need not be one of ours.
  const offered = windows.some(({ value }) => value === window)
    ? windows
    : [{ value: window, label: window }, ...windows]
  return (
    <Page
      title={t.workforce.title}
      actions={
        <>
          <CopyQuery query={summaryQuery} variables={variables} />
          <Choice
            label={t.workforce.org}
            value={unit ?? ''}
            options={[
              { value: '', label: t.workforce.everything },
              ...(units?.orgUnits ?? []).map(({ id, name, path }) => ({
                value: id,
                label: `${'\u2003'.repeat(path.length - 1)}${name}`,
              })),
            ]}
            onValue={(value) =>
              void navigate({ search: (before) => present({ ...before, unit: value === '' ? undefined : value }) })
            }
          />
          <Choice
            label={t.workforce.window}
            value={window}
            options={offered}
            onValue={(value) => void navigate({ search: (before) => ({ ...before, window: value }) })}
          />
        </>
      }
    >
      <div className="min-h-0 flex-1 overflow-y-auto p-6" tabIndex={-1}>
        {data?.workforceSummary ? (
          <Rollup summary={data.workforceSummary} unit={unit} />
        ) : error !== undefined ? (
          <FailureNote failure={asFailure(error)} onRetry={() => again({ requestPolicy: 'network-only' })} />
        ) : data === undefined ? (
          <Loading />
        ) : (
          <Empty title={t.workforce.hidden}>{t.failure.nowhereHint}</Empty>
        )}
      </div>
    </Page>
  )
}
