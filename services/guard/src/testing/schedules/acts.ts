/**
 * What a schedule is made of: acts of agents, approvers and administrators, as
 * data. Lanes run beside each other, the acts of a lane one after the other.
 *
 * Acts name things by small numbers; what a number means is settled when the
 * act is performed (the third permit there is by then), so every schedule fits
 * every run and the interesting collisions are frequent.
 */
import fc from 'fast-check'

export const agentTiers = ['LOW', 'LOW', 'MEDIUM', 'CRITICAL'] as const
export const callers = ['wide', 'team', 'other', 'own'] as const
export type CallerName = (typeof callers)[number]
export const policies = ['default', 'hold', 'closed'] as const
export type PolicyName = (typeof policies)[number]
export const tools = ['payments.refund', 'crm.read'] as const
export type Tool = (typeof tools)[number]
export const taints = ['SEMI_TRUSTED', 'UNTRUSTED_EXTERNAL'] as const

/** How many people, sessions, payloads and keys a schedule may speak of. */
export const peopleCount = 4
export const sessionCount = 2
export const instanceCount = 2

export type Act =
  | {
      kind: 'authorize'
      agent: number
      caller: CallerName
      tool: Tool
      session: number | null
      key: string | null
      payload: number
      times: number
      instance: number
    }
  | { kind: 'authorizeBadly'; agent: number; how: 'expired' | 'forged' | 'unable'; instance: number }
  | { kind: 'freeze' | 'reinstate'; agent: number }
  | { kind: 'revokeGrant'; agent: number; tool: Tool }
  | { kind: 'taint'; session: number; to: (typeof taints)[number]; instance: number }
  | { kind: 'activate'; policy: PolicyName; instance: number }
  | { kind: 'vote'; approval: number; person: number; verdict: 'APPROVE' | 'REJECT'; times: number; instance: number }
  | { kind: 'takeRole' | 'giveRole'; person: number }
  | {
      kind: 'redeem'
      permit: number
      keys: readonly (string | null)[]
      wrong: 'credential' | 'payload' | null
    }
  | { kind: 'report'; execution: number; outcome: 'SUCCEEDED' | 'FAILED'; times: number; instance: number }
  | { kind: 'pause'; ms: number }

const small = fc.nat({ max: 5 })
const instance = fc.nat({ max: instanceCount - 1 })
const agent = fc.nat({ max: agentTiers.length - 1 })
const rarely = <T>(value: T): fc.Arbitrary<T | null> => fc.option(fc.constant(value), { nil: null, freq: 1 })

const authorizing: fc.Arbitrary<Act> = fc.record({
  kind: fc.constant('authorize' as const),
  agent,
  caller: fc.constantFrom<CallerName>('wide', 'wide', ...callers),
  tool: fc.constantFrom<Tool>('payments.refund', ...tools),
  session: fc.option(fc.nat({ max: sessionCount - 1 }), { nil: null }),
  key: fc.option(fc.constantFrom('k1', 'k2'), { nil: null }),
  payload: fc.nat({ max: 1 }),
  times: fc.constantFrom(1, 1, 3, 8),
  instance,
})
const authorizingBadly: fc.Arbitrary<Act> = fc.record({
  kind: fc.constant('authorizeBadly' as const),
  agent,
  how: fc.constantFrom('expired' as const, 'forged' as const, 'unable' as const),
  instance,
})

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 10, arbitrary: authorizing },
  { weight: 1, arbitrary: authorizingBadly },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('freeze' as const, 'reinstate' as const), agent }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('revokeGrant' as const), agent, tool: fc.constantFrom(...tools) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('taint' as const),
      session: fc.nat({ max: sessionCount - 1 }),
      to: fc.constantFrom(...taints),
      instance,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('activate' as const),
      policy: fc.constantFrom<PolicyName>('default', 'default', ...policies),
      instance,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('vote' as const),
      approval: small,
      // One beyond the approvers is the owner, who may not.
      person: fc.nat({ max: peopleCount }),
      verdict: fc.constantFrom('APPROVE' as const, 'APPROVE' as const, 'APPROVE' as const, 'REJECT' as const),
      times: fc.constantFrom(1, 1, 2, 4),
      instance,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('takeRole' as const, 'giveRole' as const),
      person: fc.nat({ max: peopleCount - 1 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('redeem' as const),
      permit: small,
      keys: fc.array(fc.constantFrom(null, 'r1', 'r1', 'r2'), { minLength: 1, maxLength: 6 }),
      wrong: fc.oneof(
        { weight: 8, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: rarely('credential' as const) },
        { weight: 1, arbitrary: rarely('payload' as const) },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      execution: small,
      outcome: fc.constantFrom('SUCCEEDED' as const, 'FAILED' as const),
      times: fc.constantFrom(1, 3),
      instance,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pause' as const), ms: fc.nat({ max: 6 }) }) },
)

export interface Schedule {
  /** Played first, one after the other. */
  opening: readonly Act[]
  /** Played beside each other. */
  lanes: readonly (readonly Act[])[]
}

const anything: fc.Arbitrary<Schedule> = fc.record({
  opening: fc.constant([]),
  lanes: fc.array(fc.array(act, { minLength: 3, maxLength: 12 }), { minLength: 2, maxLength: 6 }),
})

const authorizeOnce = { caller: 'wide', tool: 'payments.refund', session: null, key: null, instance: 0 } as const
/** Several permits of a free agent and of a held one whose approvals rest on one person each. */
const manyPermits: readonly Act[] = [
  { kind: 'authorize', agent: 0, payload: 1, times: 4, ...authorizeOnce },
  { kind: 'authorize', agent: 2, payload: 1, times: 5, ...authorizeOnce },
  ...Array.from({ length: 8 }, (_, approval): Act => {
    return { kind: 'vote', approval, person: approval % 2, verdict: 'APPROVE', times: 1, instance: 0 }
  }),
]
const wobble: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constantFrom('freeze' as const, 'reinstate' as const), agent: fc.constantFrom(0, 2) }),
  fc.record({ kind: fc.constantFrom('takeRole' as const, 'giveRole' as const), person: fc.nat({ max: 1 }) }),
  fc.record({ kind: fc.constant('pause' as const), ms: fc.nat({ max: 3 }) }),
)
const redeemAny: fc.Arbitrary<Act> = fc.record({
  kind: fc.constant('redeem' as const),
  permit: fc.nat({ max: 11 }),
  keys: fc.array(fc.constantFrom(null, 'r1', 'r2'), { minLength: 1, maxLength: 3 }),
  wrong: fc.constant(null),
})
const voteAny: fc.Arbitrary<Act> = fc.record({
  kind: fc.constant('vote' as const),
  approval: fc.nat({ max: 11 }),
  person: fc.nat({ max: 1 }),
  verdict: fc.constant('APPROVE' as const),
  times: fc.constantFrom(1, 2),
  instance,
})

/** What is approved and what is redeemed, against standing and roles that come and go meanwhile. */
const raced: fc.Arbitrary<Schedule> = fc.record({
  opening: fc.constant(manyPermits),
  lanes: fc
    .tuple(
      fc.array(wobble, { minLength: 6, maxLength: 12 }),
      fc.array(fc.array(fc.oneof(redeemAny, voteAny, wobble), { minLength: 4, maxLength: 8 }), {
        minLength: 2,
        maxLength: 4,
      }),
    )
    .map(([first, rest]) => [first, ...rest]),
})

/** Callers of every scope, good and bad, pressed into the same batches and sharing keys. */
const crowded: fc.Arbitrary<Schedule> = fc.record({
  opening: fc.constant([]),
  lanes: fc.array(
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: authorizing },
        { weight: 2, arbitrary: authorizingBadly },
        { weight: 1, arbitrary: wobble },
      ),
      { minLength: 2, maxLength: 5 },
    ),
    { minLength: 6, maxLength: 10 },
  ),
})

export const arbitrarySchedule: fc.Arbitrary<Schedule> = fc.oneof(
  { weight: 3, arbitrary: anything },
  { weight: 2, arbitrary: raced },
  { weight: 1, arbitrary: crowded },
)
