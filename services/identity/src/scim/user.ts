/** A User as JSON and as Muster keeps it: read strictly in its kinds, leniently in what providers add. Pure. */
import { z } from 'zod'
import type { JsonObject } from '@muster/canonical-json'
import { anyId, email, line, parseInput } from '../input.ts'
import { canonicalEmail } from '../people/emailIndex.ts'
import { booleanOf, memberOf } from './patch.ts'
import { invalidSyntax, invalidValue } from './scimError.ts'
import { enterpriseUrn, isObject, userUrn, type Json } from './urns.ts'

const short = line(0, 200).nullish()
const flag = z.preprocess(booleanOf, z.boolean()).nullish()
const labelled = (value: z.ZodType<string>) =>
  z
    .preprocess(
      (given) =>
        Array.isArray(given) ? given.map((each) => (typeof each === 'string' ? { value: each } : each)) : given,
      z.array(z.object({ value, type: short, display: short, primary: flag })).max(20),
    )
    .nullish()

const enterprise = z.object({
  employeeNumber: short,
  costCenter: short,
  organization: short,
  division: short,
  department: short,
  // As the RFC has it, as a bare id, as a list of one: all three are sent.
  manager: z
    .preprocess(
      (given) => {
        const one: unknown = Array.isArray(given) ? given[0] : given
        if (one === '' || one === null || one === undefined) return null
        return typeof one === 'string' ? { value: one } : one
      },
      z.object({ value: anyId.nullish() }).nullable(),
    )
    .nullish(),
})

const shape = z.object({
  userName: line(1, 254),
  externalId: line(1, 254).nullish(),
  name: z
    .object({
      formatted: short,
      familyName: short,
      givenName: short,
      middleName: short,
      honorificPrefix: short,
      honorificSuffix: short,
    })
    .nullish(),
  displayName: short,
  nickName: short,
  title: short,
  userType: short,
  preferredLanguage: short,
  locale: short,
  timezone: short,
  active: flag,
  emails: labelled(email as z.ZodType<string>),
  phoneNumbers: labelled(line(1, 64) as z.ZodType<string>),
  [enterpriseUrn]: enterprise.nullish(),
})

const names = Object.keys(shape.shape)

export interface User {
  userName: string
  externalId: string | null
  displayName: string
  /** The one address Muster knows: the primary one, the one of work, the first, or the user name. */
  email: string
  active: boolean
  managerId: string | null
  /** Everything that is sealed: what was given, without what Muster answers from elsewhere. */
  profile: JsonObject
}

/** Reads a User. Throws `invalidSyntax` or `invalidValue`. */
export function readUser(body: unknown): User {
  if (!isObject(body)) throw invalidSyntax('a resource is an object')
  const given = Object.fromEntries(
    names.map((name) => [name, memberOf(body, name)]).filter(([, value]) => value !== undefined),
  )
  const parsed = parseInput(shape, given)
  const { active, [enterpriseUrn]: extension, ...rest } = parsed
  const address = emailOf(parsed.emails ?? [], parsed.userName)
  const { manager, ...work } = extension ?? {}
  const managerId = manager?.value ?? null
  const profile = compact({ ...rest, [enterpriseUrn]: work }) as JsonObject
  return {
    userName: parsed.userName,
    externalId: parsed.externalId ?? null,
    displayName: displayNameOf(parsed),
    email: address,
    active: active ?? true,
    managerId: managerId === '' ? null : managerId,
    profile,
  }
}

function emailOf(
  emails: readonly { value: string; type?: string | null | undefined; primary?: boolean | null | undefined }[],
  userName: string,
): string {
  const chosen =
    emails.find(({ primary }) => primary === true) ??
    emails.find(({ type }) => type?.toLowerCase() === 'work') ??
    emails[0]
  if (chosen !== undefined) return chosen.value
  const own = email.safeParse(userName)
  if (!own.success) throw invalidValue('`emails`: an address is needed, or a `userName` that is one')
  return own.data
}

function displayNameOf(given: z.infer<typeof shape>): string {
  const { name, displayName, userName } = given
  const full = [name?.givenName, name?.familyName].filter((part) => part).join(' ')
  return (displayName || name?.formatted || full || userName).slice(0, 200)
}

/** Without what is null, empty or has nothing in it. */
function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compact)
  if (!isObject(value)) return value
  const kept = Object.entries(value)
    .map(([key, part]) => [key, compact(part)] as const)
    .filter(
      ([, part]) =>
        part !== null && part !== undefined && part !== '' && !(isObject(part) && Object.keys(part).length === 0),
    )
    .filter(([, part]) => !(Array.isArray(part) && part.length === 0))
  return Object.fromEntries(kept)
}

/** What two spellings of a login name share. */
export const canonicalName = canonicalEmail

export interface UserState {
  id: string
  version: number
  active: boolean
  managerId: string | null
  profile: Json
  createdAt: Date
  changedAt: Date
}

/** A User as JSON, `meta` and `id` included. */
export function userJson(user: UserState, base: string): Json {
  const { [enterpriseUrn]: work, ...core } = user.profile
  const extension: Json = {
    ...(isObject(work) ? work : {}),
    ...(user.managerId === null ? {} : { manager: { value: user.managerId, $ref: `${base}/Users/${user.managerId}` } }),
  }
  const hasExtension = Object.keys(extension).length > 0
  return {
    schemas: hasExtension ? [userUrn, enterpriseUrn] : [userUrn],
    id: user.id,
    ...core,
    active: user.active,
    ...(hasExtension ? { [enterpriseUrn]: extension } : {}),
    meta: metaOf('User', `${base}/Users/${user.id}`, user),
  }
}

export function metaOf(
  resourceType: string,
  location: string,
  row: { createdAt: Date; changedAt: Date; version: number },
): Json {
  return {
    resourceType,
    created: row.createdAt.toISOString(),
    lastModified: row.changedAt.toISOString(),
    location,
    version: etagOf(row.version),
  }
}

export const etagOf = (version: number): string => `W/"${version}"`
