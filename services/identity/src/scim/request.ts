/** One SCIM request as the gateway hands it over, and its answer. Plain JSON: it crosses a process boundary. */
import type { Json } from './urns.ts'
import { stale } from './scimError.ts'
import { etagOf } from './user.ts'

export interface ScimRequest {
  method: string
  /** After `/scim/v2/`, decoded part by part. */
  path: readonly string[]
  query: Readonly<Record<string, unknown>>
  body: unknown
  ifMatch: string | null
  ifNoneMatch: string | null
  /** Address of `/scim/v2` as the caller knows it. */
  base: string
}

export interface ScimAnswer {
  status: number
  body: Json | null
  location?: string | null
  etag?: string | null
}

/** Throws 412 when the caller knows another version. */
export function matchVersion(ifMatch: string | null, version: number): void {
  if (ifMatch === null || ifMatch.trim() === '*') return
  const known = ifMatch.split(',').map((each) => each.trim().replace(/^W\//, ''))
  if (!known.includes(etagOf(version).slice(2))) throw stale()
}

/** True when the caller has this version already. */
export function hasVersion(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false
  return (
    ifNoneMatch.trim() === '*' ||
    ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//, '') === etag.slice(2))
  )
}
