/** People and their roles by id, many at once; hidden ones are null. */
import { isUuid } from '@muster/kernel'
import type { SubgraphContext } from '@muster/subgraph-kit'
import DataLoader from 'dataloader'
import type { Room } from '../room.ts'
import { bindingsOf, peopleByIds, type PersonRow, type RoleBindingRow } from './store.ts'

export function personLoader(room: Room, context: SubgraphContext): DataLoader<string, PersonRow | null> {
  return context.loader(
    'identity.people',
    () =>
      new DataLoader(async (ids) => {
        const known = ids.filter(isUuid)
        const rows = known.length === 0 ? [] : await room.database.run((tx) => peopleByIds(tx, known))
        const byId = new Map(rows.map((row) => [row.id, row]))
        return ids.map((id) => byId.get(id) ?? null)
      }),
  )
}

export function bindingLoader(room: Room, context: SubgraphContext): DataLoader<string, RoleBindingRow[]> {
  return context.loader(
    'identity.bindings',
    () =>
      new DataLoader(async (personIds) => {
        const rows = await room.database.run((tx) => bindingsOf(tx, personIds))
        return personIds.map((id) => rows.filter((row) => row.personId === id))
      }),
  )
}
