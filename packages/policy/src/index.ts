/**
 * Policy: what an agent may do, decided by gates and Cedar, failing closed.
 *
 * `compilePolicies` once per published version, `decide` per call. Pure but
 * for the memo and the pre-parsed sets, which can only save time.
 */
export * from './facts/decisionFacts.ts'
export { effectiveMutates, effectiveTrust, grantStanding, trustRanks, type GrantStanding } from './facts/effective.ts'
export { type Derived } from './facts/policyFacts.ts'
export { schemaText, schemaVersion } from './cedar/schema.ts'
export { type PolicyKind, type PolicySource } from './cedar/readPolicy.ts'
export { PolicyRefused, type PolicyProblem } from './cedar/policyRefused.ts'
export { compilePolicies, policyHash, type PolicySet } from './cedar/policySet.ts'
export { evaluate, evaluateDirect, type Hold, type Verdict } from './cedar/evaluate.ts'
export type { CedarAnswer } from './cedar/cedarAnswer.ts'
export { authorizeOnce, validatePolicies, type OneRequest } from './cedar/authorizeOnce.ts'
export { reasonCodes, reviewReasons, type ReasonCode, type ReviewReason } from './decision/reasonCodes.ts'
export { decide, decideDirect, derive, isStricter, type Decision } from './decision/decide.ts'
export { parseStanding, type Standing } from './standing/parseStanding.ts'
export { factsFrom, type Asked } from './standing/factsFrom.ts'
export * from './approvals/mayApprove.ts'
export * from './approvals/tally.ts'
export { parseCaseFile, type Case, type CaseFile } from './cases/caseFile.ts'
export { BrokenCase } from './cases/overlay.ts'
export { runCases, type CaseOutcome } from './cases/runCases.ts'
export { defaultBundle, optionalBundle } from './bundles.ts'
