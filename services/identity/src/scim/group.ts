/**
 * A Group as JSON, and what its name or its extension maps it to. Pure.
 *
 * `role:analyst`, `role:team-lead@unit:payments`, `unit:payments`; the extension
 * says the same in two attributes and goes before the name.
 */
import { roles } from '@muster/kernel'
import { z } from 'zod'
import { line, parseInput } from '../input.ts'
import type { GroupRow } from './groupsStore.ts'
import { memberOf } from './patch.ts'
import { invalidSyntax, invalidValue, ScimError } from './scimError.ts'
import { groupUrn, isObject, musterGroupUrn, type Json } from './urns.ts'
import { metaOf } from './user.ts'

/** Members one request may name: a body holds no more. */
const membersMax = 20_000

const short = line(0, 200).nullish()
const shape = z.object({
  displayName: line(1, 200),
  externalId: line(1, 200).nullish(),
  members: z
    .array(z.object({ value: z.string().max(200) }))
    .max(membersMax)
    .nullish(),
  [musterGroupUrn]: z.object({ role: short, unit: short }).nullish(),
})

export interface Mapping {
  role: string | null
  /** Id or name. */
  unit: string | null
}

export interface Group {
  displayName: string
  externalId: string | null
  members: string[] | null
  mapping: Mapping
}

export function readGroup(body: unknown): Group {
  if (!isObject(body)) throw invalidSyntax('a resource is an object')
  const given = Object.fromEntries(
    Object.keys(shape.shape)
      .map((name) => [name, memberOf(body, name)])
      .filter(([, value]) => value !== undefined),
  )
  const parsed = parseInput(shape, given)
  const extension = parsed[musterGroupUrn]
  const said = extension && (extension.role || extension.unit) ? extension : mappingOf(parsed.displayName)
  return {
    displayName: parsed.displayName,
    externalId: parsed.externalId ?? null,
    members: parsed.members?.map(({ value }) => value) ?? null,
    mapping: checked({ role: said.role || null, unit: said.unit || null }),
  }
}

const named = /^(?:role:(?<role>[a-z-]+)(?:@unit:(?<where>.+))?|unit:(?<home>.+))$/i

/** What a name says; nothing for a name of another form. */
export function mappingOf(name: string): Mapping {
  if (!/^(role|unit):/i.test(name)) return { role: null, unit: null }
  const groups = named.exec(name)?.groups
  if (groups === undefined)
    throw invalidValue('a group is named `role:<role>`, `unit:<unit>` or `role:<role>@unit:<unit>`')
  return { role: groups['role']?.toLowerCase() ?? null, unit: (groups['where'] ?? groups['home'])?.trim() ?? null }
}

function checked(mapping: Mapping): Mapping {
  const { role } = mapping
  if (role === null) return mapping
  if (!(roles as readonly string[]).includes(role)) throw invalidValue('no such role')
  // Whoever may name groups at the provider must not thereby administer the tenant.
  if (role === 'tenant-admin') {
    throw new ScimError(403, undefined, 'administrators are made by administrators, not by groups')
  }
  if (role === 'auditor') throw new ScimError(403, undefined, 'an auditor has an end, which a group cannot give')
  return mapping
}

export function groupJson(group: GroupRow, members: readonly string[] | null, base: string): Json {
  const isMapped = group.role !== null || group.unitId !== null
  return {
    schemas: isMapped ? [groupUrn, musterGroupUrn] : [groupUrn],
    id: group.id,
    ...(group.externalId === null ? {} : { externalId: group.externalId }),
    displayName: group.displayName,
    ...(members === null || members.length === 0
      ? {}
      : { members: members.map((value) => ({ value, $ref: `${base}/Users/${value}`, type: 'User' })) }),
    ...(isMapped
      ? {
          [musterGroupUrn]: {
            ...(group.role === null ? {} : { role: group.role }),
            ...(group.unitId === null ? {} : { unit: group.unitId }),
          },
        }
      : {}),
    meta: metaOf('Group', `${base}/Groups/${group.id}`, group),
  }
}
