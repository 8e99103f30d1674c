/** Every refusal a plan can give. */
import { Refusal, type PlanCode } from '@muster/kernel'

export const planLimit = (code: PlanCode, most: number, what: 'agents' | 'people'): Refusal =>
  new Refusal('PLAN_LIMIT', `the plan \`${code}\` allows ${most} ${what}, and that many are there`)
export const usageAbovePlan = (code: PlanCode, what: readonly string[]): Refusal =>
  new Refusal('USAGE_ABOVE_PLAN', `the tenant has more ${what.join(' and ')} than the plan \`${code}\` allows`)
export const samePlan = (code: PlanCode): Refusal => new Refusal('SAME_PLAN', `the tenant is on \`${code}\` already`)
export const notOfTheTenant = (): Refusal =>
  new Refusal('OUT_OF_SCOPE', 'a plan is the whole tenant\u2019s: only its administrator may change it')
