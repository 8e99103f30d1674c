/**
 * Who there is to be in the demo: one row a person, their role in words, what
 * they can do. Choosing one fills in the e-mail; passwords never come over the
 * network. Where there is no demo there is nothing here.
 */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { fetchOwn, RequestFailure } from '../graph/requestFailure.ts'
import { t } from '../texts.ts'

interface DemoPerson {
  email: string
  displayName: string
  role: string
  unit: string | null
  tenant: string
}

const demoQuery = queryOptions({
  queryKey: ['demo people'],
  staleTime: Infinity,
  queryFn: async (): Promise<DemoPerson[]> => {
    try {
      return ((await (await fetchOwn('/auth/demo')).json()) as { people: DemoPerson[] }).people
    } catch (error) {
      if (error instanceof RequestFailure && error.status === 404) return []
      throw error
    }
  },
})

export function DemoPeople({ chosen, onChoose }: { chosen: string; onChoose: (email: string) => void }) {
  const { data: people = [] } = useQuery(demoQuery)
  if (people.length === 0) return null
  return (
    <section aria-labelledby="demo-people" className="w-full max-w-md">
      <h2 id="demo-people" className="mb-2 font-semibold">
        {t.signIn.demo}
      </h2>
      <ul className="overflow-hidden rounded-lg border border-line bg-surface shadow-sm">
        {people.map((person) => (
          <li key={person.email} className="border-b border-line last:border-b-0">
            <Person person={person} isChosen={person.email === chosen} onChoose={onChoose} />
          </li>
        ))}
      </ul>
      <p className="mt-3 text-sm text-muted">
        {t.signIn.demoHint} <code className="font-mono text-ink">$MUSTER_HOME/demo.json</code> (
        <code className="font-mono text-ink">.muster/demo.json</code>), {t.signIn.demoCommand}{' '}
        <code className="font-mono text-ink">npx muster demo {nameOf(chosen || people[0]!.email)}</code>
      </p>
    </section>
  )
}

interface PersonProps {
  person: DemoPerson
  isChosen: boolean
  onChoose: (email: string) => void
}

function Person({ person: { email, displayName, role, unit, tenant }, isChosen, onChoose }: PersonProps) {
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={() => onChoose(email)}
      className="grid w-full grid-cols-[1fr_auto] gap-x-3 px-4 py-2 text-left hover:bg-raised aria-pressed:bg-raised"
    >
      <span className="font-medium">{displayName}</span>
      <span className="text-right text-sm">{t.signIn.roleIn(t.signIn.roleName(role), unit ?? tenant)}</span>
      <span className="col-span-2 text-sm text-muted">{t.signIn.roleDoes(role)}</span>
    </button>
  )
}

function nameOf(email: string): string {
  return email.split(/[.@]/)[0] ?? email
}
