/**
 * A refusal in the words of RFC 7644 §3.12: a status, a `scimType` where the
 * RFC has one, and public text.
 */
import { Fault, Refusal } from '@muster/kernel'

export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'

export const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** Thrown by everything under `scim/`. A refusal to the rest of the service, so that a transaction passes it on unchanged. */
export class ScimError extends Refusal {
  readonly status: number
  readonly scimType: ScimType | undefined
  constructor(status: number, scimType: ScimType | undefined, detail: string) {
    super('SCIM', detail)
    this.status = status
    this.scimType = scimType
  }
}

export const notFound = (): ScimError => new ScimError(404, undefined, 'no such resource')
export const taken = (what: string): ScimError => new ScimError(409, 'uniqueness', `\`${what}\` is taken`)
export const invalidValue = (detail: string): ScimError => new ScimError(400, 'invalidValue', detail)
export const invalidSyntax = (detail: string): ScimError => new ScimError(400, 'invalidSyntax', detail)
export const invalidFilter = (detail: string): ScimError => new ScimError(400, 'invalidFilter', detail)
export const invalidPath = (detail: string): ScimError => new ScimError(400, 'invalidPath', detail)
export const stale = (): ScimError => new ScimError(412, undefined, 'the resource has another version')

export interface ErrorBody {
  schemas: [typeof errorUrn]
  status: string
  scimType?: ScimType
  detail: string
}

export function errorBody(error: ScimError): ErrorBody {
  return {
    schemas: [errorUrn],
    status: String(error.status),
    ...(error.scimType === undefined ? {} : { scimType: error.scimType }),
    detail: error.message,
  }
}

/** What a use case refused, as SCIM says it; anything that is no refusal passes. */
export function asScimError(error: unknown): ScimError | null {
  if (error instanceof ScimError) return error
  if (error instanceof Refusal) {
    return error.code === 'INVALID_INPUT' ? invalidValue(error.message) : new ScimError(409, undefined, error.message)
  }
  if (error instanceof Fault && error.code === 'FORBIDDEN') return new ScimError(403, undefined, error.publicText)
  return null
}
