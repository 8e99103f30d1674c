/**
 * Random facts and policies for property tests: small vocabularies, so that
 * rules actually meet.
 */
import { actorKinds, agentStatuses, riskTiers, trustLevels } from '@muster/kernel'
import fc from 'fast-check'
import type { PolicySource } from '../cedar/readPolicy.ts'
import { scoreTiers, type DecisionFacts } from '../facts/decisionFacts.ts'

const trust = fc.constantFrom(...trustLevels)
const tool = fc.constantFrom('crm', 'mail')
const action = fc.constantFrom('read', 'write')
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null })
const unit = fc.constantFrom('team-1', 'team-2', 'department-1')

/** `lively`: an active agent whose grants usually fit, so that the policies get to speak. */
export function arbitraryFacts(lively = false): fc.Arbitrary<DecisionFacts> {
  return fc.record({
    agent: fc.record({
      id: fc.constantFrom('agent-1', 'agent-2'),
      status: lively ? fc.constantFrom('ACTIVE', 'RESTRICTED') : fc.constantFrom(...agentStatuses),
      riskTier: fc.constantFrom(...riskTiers),
      environment: fc.constantFrom('production', 'staging'),
      team: orNull(unit),
      department: orNull(unit),
      units: fc.uniqueArray(unit, { maxLength: 3 }),
      owner: orNull(fc.constantFrom('person-1', 'person-2')),
      scoreTier: fc.constantFrom(...scoreTiers),
    }),
    request: fc.record({
      tool: lively ? fc.constant('crm') : tool,
      action,
      resource: orNull(fc.string({ maxLength: 3 })),
      claimedTrust: orNull(trust),
      signatureVerified: fc.boolean(),
      claimedMutates: orNull(fc.boolean()),
      manifestHash: lively ? fc.constant(null) : orNull(fc.constantFrom('pinned', 'other')),
      destination: orNull(fc.constantFrom('a@example.com', 'b@elsewhere.net')),
      connectorId: orNull(fc.constant('connector-1')),
      onBehalfOf: orNull(fc.constant('person-1')),
      delegated: fc.boolean(),
      amount: orNull(fc.integer({ min: 0, max: 10 })),
    }),
    credential: fc.record({ kind: fc.constantFrom(...actorKinds), ceiling: trust }),
    session: orNull(fc.record({ id: fc.constant('session-1'), taint: trust })),
    manifest: orNull(
      fc.record({
        hash: fc.constant('pinned'),
        server: fc.constantFrom('one', 'two'),
        toolKnown: fc.boolean(),
        mutates: fc.boolean(),
        drift: fc.boolean(),
        quarantined: lively ? fc.constant(false) : fc.boolean(),
      }),
    ),
    grants: lively
      ? fc.constant([{ id: 'grant-1', tool: 'crm', action: null, active: true }])
      : fc.array(fc.record({ id: fc.constant('g'), tool, action: orNull(action), active: fc.boolean() }), {
          maxLength: 3,
        }),
    connector: orNull(
      fc.record({
        id: fc.constant('connector-1'),
        enabled: lively ? fc.constant(true) : fc.boolean(),
        destinationAllowed: lively ? fc.constant(true) : fc.boolean(),
        withinBudget: lively ? fc.constant(true) : fc.boolean(),
      }),
    ),
    nowMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  })
}

/** A condition over facts of every kind. */
export const arbitraryCondition: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'context.mutates',
    'context.trust < 4',
    'context.sessionTainted',
    'context.action == "write"',
    'context.resource == ""',
    'context.hasAmount && context.amount > 5',
    'context.destination like "*@example.com"',
    'context.hour < 6',
    'context.onBehalfOf != "" && !context.delegated',
    'principal.riskTier == "HIGH"',
    'principal.environment == "production"',
    'principal.owner == "person-1"',
    'principal in Muster::OrgUnit::"team-1"',
    'principal == Muster::Agent::"agent-1"',
    'resource.known',
    'resource == Muster::Tool::"crm"',
    'resource.server == "one"',
    'true',
  ),
)

/** A forbid, plain or held, under a fresh id. */
export const arbitraryForbid: fc.Arbitrary<PolicySource> = fc
  .record({
    conditions: fc.array(arbitraryCondition, { minLength: 1, maxLength: 3 }),
    held: fc.boolean(),
    quorum: fc.integer({ min: 1, max: 4 }),
    score: fc.boolean(),
  })
  .map(({ conditions, held, quorum, score }) => {
    const when = [...conditions, ...(score ? ['principal.scoreTier != "STANDARD"'] : [])].join(' && ')
    const notes = held ? `@outcome("review") @quorum("${quorum}") ` : ''
    return { id: 'added', text: `${notes}forbid (principal, action, resource) when { ${when} };` }
  })

export const arbitraryPermit: fc.Arbitrary<PolicySource> = arbitraryCondition.map((condition) => ({
  id: 'permitted',
  text: `permit (principal, action, resource) when { ${condition} };`,
}))
