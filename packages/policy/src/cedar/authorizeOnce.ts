/**
 * One request against policies and a schema of any kind, parsed on the spot:
 * for conformance and for trying policies out, not for the decision path.
 */
import { isAuthorized, validate, type Context, type EntityJson, type TypeAndId } from '@cedar-policy/cedar-wasm/nodejs'
import { readAnswer, type CedarAnswer } from './cedarAnswer.ts'
import type { PolicyProblem } from './policyRefused.ts'
import { problemsOf } from './readPolicy.ts'

export interface OneRequest {
  /** Schema and policies in Cedar's own syntax. */
  schema: string
  policies: string
  entities: readonly EntityJson[]
  principal: TypeAndId
  action: TypeAndId
  resource: TypeAndId
  context: Context
}

/** Fails closed, as every evaluation here does. Request and entities are validated against the schema. */
export function authorizeOnce({ policies, entities, ...request }: OneRequest): CedarAnswer {
  return readAnswer(
    isAuthorized({
      ...request,
      policies: { staticPolicies: policies },
      entities: [...entities],
      validateRequest: true,
    }),
  )
}

/** What strict validation finds wrong with policies; empty when nothing is. */
export function validatePolicies(schema: string, policies: string): PolicyProblem[] {
  const answer = validate({ schema, policies: { staticPolicies: policies }, validationSettings: { mode: 'strict' } })
  if (answer.type === 'failure') return problemsOf('policies', answer.errors)
  return answer.validationErrors.flatMap(({ policyId, error }) => problemsOf(policyId, [error]))
}
