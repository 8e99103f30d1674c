/** Every refusal the hierarchy can give. */
import { Refusal } from '@muster/kernel'
import { unitsMax } from './orgUnit.ts'

const refusals = {
  INVALID_NAME: 'a unit needs a name of 1 to 200 printable characters',
  INVALID_KIND: 'the kind of a unit is `DEPARTMENT` or `TEAM`',
  UNKNOWN_ORG_UNIT: 'there is no such org unit',
  UNKNOWN_PARENT: 'there is no such parent unit',
  TOP_NOT_IN_SCOPE: 'only who sees the whole tenant may put a unit at the top',
  NOT_ELIGIBLE: 'the highest unit of a scope is renamed from above it',
  NAME_TAKEN: 'another unit below the same parent has this name',
  TOO_MANY_UNITS: `a tenant has at most ${unitsMax} org units`,
  CYCLE: 'a unit cannot stand below itself',
  UNCHANGED: 'this is so already',
} as const

export function orgUnitRefused(code: keyof typeof refusals): Refusal {
  return new Refusal(code, refusals[code])
}
