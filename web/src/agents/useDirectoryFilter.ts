/** The filter of the address as the graph takes it: names of teams and owners become ids, asked for only when written. */
import { useMemo } from 'react'
import { useQuery } from 'urql'
import { useViewer } from '../frame/viewer.ts'
import { parseTokens, printTokens, valuesOf, type Token } from '../parts/tokens/grammar.ts'
import { peopleQuery } from './directoryDocuments.ts'
import { directoryGrammar, filterOf, type AgentFilter } from './directoryFilter.ts'
import { unitsQuery } from './documents.ts'

const idPattern = /^[0-9a-f]{8}-[0-9a-f-]{27}$/
export const me = 'me'
/** As many people as one answer of the graph may hold. */
export const peopleMax = 1_000

interface Understood {
  /** Null while names are being looked up. */
  filter: AgentFilter | null
  /** The filter with names where links had ids; null when it has none. */
  named: string | null
}

export function useDirectoryFilter(text: string | undefined): Understood {
  const tokens = useMemo(() => parseTokens(text ?? '', directoryGrammar).tokens, [text])
  const teams = valuesOf(tokens, 'team')
  const owners = valuesOf(tokens, 'owner')
  const needsPeople = owners.some((owner) => owner !== me && !owner.includes('@') && !idPattern.test(owner))
  const viewer = useViewer()
  const [units] = useQuery({
    query: unitsQuery,
    variables: {},
    requestPolicy: 'cache-first',
    pause: teams.length === 0,
  })
  const [people] = useQuery({
    query: peopleQuery,
    variables: { first: peopleMax },
    requestPolicy: 'cache-first',
    pause: !needsPeople,
  })
  const isWaiting =
    (teams.length > 0 && units.data === undefined && units.error === undefined) ||
    (needsPeople && people.data === undefined && people.error === undefined) ||
    (owners.includes(me) && viewer === undefined)
  return useMemo(() => {
    if (isWaiting) return { filter: null, named: null }
    const all = units.data?.orgUnits ?? []
    const persons = people.data?.people.nodes ?? []
    const filter = filterOf(tokens, {
      units: (name) => {
        const found = all.filter((unit) => unit.name.toLowerCase() === name.toLowerCase()).map(({ id }) => id)
        return found.length > 0 ? found : [name]
      },
      owners: (name) => {
        if (name === me && viewer !== undefined) return [viewer.id]
        if (name.includes('@') || idPattern.test(name)) return [name]
        const looked = name.toLowerCase()
        const found = persons.filter(({ displayName, email }) =>
          [displayName, email].some((known) => known?.toLowerCase().includes(looked) === true),
        )
        return found.length > 0 ? found.map(({ id }) => id) : [name]
      },
    })
    return { filter, named: namedUnits(tokens, all) }
  }, [isWaiting, tokens, units.data, people.data, viewer])
}

/** Ids of teams, as links write them, by the names that only these teams have. */
function namedUnits(tokens: readonly Token[], units: readonly { id: string; name: string }[]): string | null {
  const nameOf = (id: string): string => {
    const name = units.find((unit) => unit.id === id)?.name
    return name !== undefined && units.filter((unit) => unit.name === name).length === 1 ? name : id
  }
  const named = tokens.map((token) =>
    token.kind === 'values' && token.field === 'team' ? { ...token, values: token.values.map(nameOf) } : token,
  )
  const text = printTokens(named)
  return text === printTokens(tokens) ? null : text
}
