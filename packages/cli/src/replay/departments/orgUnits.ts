/**
 * Departments and teams, found by their names or made: a second replay, or two
 * at once, end with the same units.
 */
import type { JsonObject } from '@muster/canonical-json'
import { listOf, maybeObject, memberOf, objectOf, textOf } from '../client/answers.ts'
import type { Api } from '../client/api.ts'
import { RefusedByServer } from '../client/errors.ts'
import { createOrgUnitMutation, orgUnitsQuery } from '../client/operations.ts'
import type { Department } from './departmentOf.ts'

interface Unit {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly parent: string | null
}

/** The id of the department's team. */
export async function ensureTeam(api: Api, { name, teamName }: Department): Promise<string> {
  const department = await ensureUnit(api, 'DEPARTMENT', name, null)
  return ensureUnit(api, 'TEAM', teamName, department)
}

async function ensureUnit(api: Api, kind: string, name: string, parentId: string | null): Promise<string> {
  const found = await findUnit(api, kind, name, parentId)
  if (found !== null) return found
  try {
    const { data } = await api.ask(createOrgUnitMutation, { input: { name, kind, parentId } })
    return textOf(objectOf(memberOf(data, 'createOrgUnit', 'OrgUnitCreated')['orgUnit'], '`orgUnit`'), 'id')
  } catch (error) {
    // Made meanwhile, perhaps by our own request whose answer was lost.
    const made = error instanceof RefusedByServer ? await findUnit(api, kind, name, parentId) : null
    if (made === null) throw error
    return made
  }
}

async function findUnit(api: Api, kind: string, name: string, parentId: string | null): Promise<string | null> {
  const { data } = await api.ask(orgUnitsQuery)
  const units = listOf(data['orgUnits'], '`orgUnits`').map(unitOf)
  const wanted = name.toLowerCase()
  return (
    units.find((unit) => unit.kind === kind && unit.parent === parentId && unit.name.toLowerCase() === wanted)?.id ??
    null
  )
}

function unitOf(object: JsonObject): Unit {
  const parent = maybeObject(object['parent'])
  return {
    id: textOf(object, 'id'),
    name: textOf(object, 'name'),
    kind: textOf(object, 'kind'),
    parent: parent === null ? null : textOf(parent, 'id'),
  }
}
