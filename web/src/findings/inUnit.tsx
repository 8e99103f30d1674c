/** Says that the list is of one part of the company, and leads out of it. */
import { getRouteApi } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useQuery } from 'urql'
import { unitsQuery } from '../agents/documents.ts'
import { present } from '../frame/search.ts'
import { t } from '../texts.ts'

const route = getRouteApi('/inside/findings')

export function InUnit() {
  const { unit } = route.useSearch()
  const navigate = route.useNavigate()
  const [{ data }] = useQuery({
    query: unitsQuery,
    variables: {},
    pause: unit === undefined,
    requestPolicy: 'cache-first',
  })
  if (unit === undefined) return null
  const name = data?.orgUnits.find(({ id }) => id === unit)?.name ?? t.findings.thisUnit
  return (
    <span className="inline-flex items-center gap-1 rounded-full bg-raised px-2 text-ink">
      {t.findings.inUnit(name)}
      <button
        type="button"
        aria-label={t.findings.everywhere}
        title={t.findings.everywhere}
        onClick={() => void navigate({ search: (before) => present({ ...before, unit: undefined }) })}
        className="text-muted hover:text-ink"
      >
        <X size={12} aria-hidden />
      </button>
    </span>
  )
}
