/**
 * Operations on a group's members, taken out of a PATCH: a group of thousands
 * is changed by the ids that were named, never read whole. Pure.
 */
import { parseFilter } from './filter.ts'
import type { Operation } from './patch.ts'
import { invalidPath, invalidValue } from './scimError.ts'
import { isObject } from './urns.ts'

export interface MemberChange {
  kind: 'add' | 'remove' | 'replace' | 'clear'
  ids: string[]
}

/** Splits a patch into changes of members, in order, and the rest. */
export function memberChanges(operations: readonly Operation[]): { members: MemberChange[]; rest: Operation[] } {
  const members: MemberChange[] = []
  const rest: Operation[] = []
  for (const operation of operations) {
    const change = changeOf(operation)
    if (change === null) rest.push(operation)
    else members.push(change)
  }
  return { members, rest }
}

function changeOf({ op, path = '', value }: Operation): MemberChange | null {
  if (!/^members\b/i.test(path)) return null
  const inside = /^members\[(.*)\]$/is.exec(path)?.[1]
  if (inside !== undefined) {
    const filter = parseFilter(inside)
    if (
      op !== 'remove' ||
      filter.op !== 'eq' ||
      filter.attrPath.toLowerCase() !== 'value' ||
      typeof filter.compValue !== 'string'
    ) {
      throw invalidPath('members are selected by `members[value eq "…"]` and removed')
    }
    return { kind: 'remove', ids: [filter.compValue] }
  }
  if (path.toLowerCase() !== 'members') throw invalidPath('the path selects nothing of a member')
  if (op === 'remove' && (value === undefined || value === null)) return { kind: 'clear', ids: [] }
  return { kind: op, ids: idsOf(value) }
}

/** Ids as objects, as texts, one or a list: Entra ID and Okta differ. */
function idsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
  return list.map((each) => {
    const id: unknown = isObject(each) ? each['value'] : each
    if (typeof id !== 'string') throw invalidValue('`members`: each has a `value`')
    return id
  })
}
