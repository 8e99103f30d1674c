/** The directory's filter as it is typed: each field with its words, or with who knows them. */
import { useMemo } from 'react'
import { useClient } from 'urql'
import type { Completion, TokenFieldDefinition } from '../parts/tokens/complete.ts'
import { t } from '../texts.ts'
import { peopleQuery, wordsQuery } from './directoryDocuments.ts'
import { directoryGrammar, type DirectoryField } from './directoryFilter.ts'
import { unitsQuery } from './documents.ts'
import { me, peopleMax } from './useDirectoryFilter.ts'

const cached = { requestPolicy: 'cache-first' } as const

export function useDirectoryFields(): readonly TokenFieldDefinition[] {
  const client = useClient()
  return useMemo(() => {
    const asked: Partial<Record<DirectoryField, () => Promise<Completion[]>>> = {
      owner: async () => {
        const { data } = await client.query(peopleQuery, { first: peopleMax }, cached).toPromise()
        const people = (data?.people.nodes ?? []).flatMap(({ email, displayName }) =>
          email === null ? [] : [{ value: email, label: displayName ?? email }],
        )
        return [{ value: me }, ...people]
      },
      team: async () => {
        const { data } = await client.query(unitsQuery, {}, cached).toPromise()
        return [...new Set((data?.orgUnits ?? []).map(({ name }) => name))].map((value) => ({ value }))
      },
      env: async () => words((await client.query(wordsQuery, {}, cached).toPromise()).data?.agentWords.environments),
      model: async () => words((await client.query(wordsQuery, {}, cached).toPromise()).data?.agentWords.models),
    }
    return directoryGrammar.map((grammar) => {
      const complete = asked[grammar.name]
      return { ...grammar, label: t.directory.fields[grammar.name], ...(complete === undefined ? {} : { complete }) }
    })
  }, [client])
}

const words = (list: readonly string[] | undefined): Completion[] => (list ?? []).map((value) => ({ value }))
