/**
 * What is tried at every site of the schema: which kind of row it names, what
 * else the call needs, and what is selected of a success.
 *
 * INVARIANT (exhaustive): the keys of `kinds` are exactly the sites of the
 * public schema, and a root field without a site is in `fieldsWithoutIds`; the
 * tests compare both, so that a new field does not go untried.
 */
import { randomBytes } from 'node:crypto'
import { newId } from '@muster/kernel'
import { permitted, type Rows } from './rows.ts'
import type { Site } from './schemaSites.ts'

export type Kind = keyof Rows

/** Site → kind of row. `null`: a label the caller makes up, which names nothing. */
export const kinds: Readonly<Record<string, Kind | null>> = {
  'Query.decision.id': 'decision',
  'Query.decisions.filter.agentId': 'agent',
  'Query.approval.id': 'approval',
  'Query.approvals.filter.agentId': 'careful',
  'Query.approvals.filter.orgUnit': 'team',
  'Query.findings.filter.agentId': 'agent',
  'Query.decisions.filter.orgUnit': 'team',
  'Query.findings.filter.incidentId': 'incident',
  'Query.findings.filter.orgUnit': 'team',
  'Query.findings.filter.assignee': 'person',
  'Query.finding.id': 'finding',
  'Query.incident.id': 'incident',
  'Query.incidents.filter.orgUnit': 'team',
  'Query.incidents.filter.agentId': 'agent',
  'Query.whyMay.personId': 'person',
  'Query.whyMay.approvalId': 'approval',
  'Query.whyMay.agentId': 'agent',
  'Query.policyBundle.id': 'bundle',
  'Query.agent.id': 'agent',
  'Query.agents.filter.orgUnit': 'team',
  'Query.agents.filter.owner': 'email',
  'Query.agents.filter.orgUnits[]': 'team',
  'Query.agents.filter.owners[]': 'email',
  'Query.bulkAct.id': 'bulkAct',
  'Query.agentExport.id': 'agentExport',
  'Query.apiKeys.filter.agentId': 'agent',
  'Query.people.filter.orgUnit': 'team',
  'Query.people.filter.email': 'email',
  'Query.person.id': 'person',
  'Query.ledger.filter.agentId': 'agent',
  'Query.ledger.filter.subjectId': 'agent',
  'Query.ledger.filter.actorId': 'person',
  'Query.receipt.id': 'receipt',
  'Query.manifests.server': 'server',
  'Query.manifest.tool': 'tool',
  'Query.orgUnits.root': 'unit',
  'Query.orgUnit.id': 'unit',
  'Query.workforceSummary.orgUnit': 'unit',
  'Query.transferOffer.id': 'offer',
  'Query.accessReview.id': 'review',
  'Query.reviewItems.filter.reviewId': 'review',
  'Query.reviewItems.filter.reviewer': 'person',
  'Query.reviewItems.filter.agentId': 'agent',
  'Mutation.authorizeAction.input.agentId': 'agent',
  'Mutation.authorizeAction.input.sessionId': 'session',
  'Mutation.authorizeAction.input.manifestHash': 'manifestHash',
  'Mutation.authorizeAction.input.connectorId': 'agent',
  'Mutation.authorizeAction.input.onBehalfOf': 'person',
  'Mutation.redeemPermit.input.permit': 'permit',
  'Mutation.redeemPermit.input.connectorId': 'agent',
  'Mutation.reportExecution.input.executionId': 'execution',
  'Mutation.decideApproval.input.approvalId': 'approval',
  'Mutation.decideApprovals.input.approvals[].approvalId': 'approval',
  'Mutation.acknowledgeFinding.input.findingId': 'finding',
  'Mutation.closeFinding.input.findingId': 'finding',
  'Mutation.assignFinding.input.findingId': 'finding',
  'Mutation.assignFinding.input.personId': 'person',
  'Mutation.tagFinding.input.findingId': 'finding',
  'Mutation.acknowledgeFindings.input.findingIds[]': 'finding',
  'Mutation.assignFindings.input.findingIds[]': 'finding',
  'Mutation.assignFindings.input.personId': 'person',
  'Mutation.closeFindings.input.findingIds[]': 'finding',
  'Mutation.closeIncident.input.incidentId': 'incident',
  'Mutation.draftPolicyBundle.input.sources[].id': null,
  'Mutation.activatePolicyBundle.input.bundleId': 'bundle',
  'Mutation.startSession.input.agentId': 'agent',
  'Mutation.taintSession.input.sessionId': 'session',
  'Mutation.endSession.input.sessionId': 'session',
  'Mutation.registerAgent.input.ownerEmail': 'email',
  'Mutation.registerAgent.input.teamId': 'unit',
  'Mutation.changeAgent.input.agentId': 'agent',
  'Mutation.changeAgent.input.ownerEmail': 'email',
  'Mutation.configureSso.input.provisionUnitId': 'unit',
  'Mutation.configureSso.input.breakGlassPersonId': 'person',
  'Mutation.verifyDomain.input.domainId': null,
  'Mutation.releaseDomain.input.domainId': null,
  'Mutation.startVerification.input.agentId': 'agent',
  'Mutation.completeVerification.input.verificationId': 'verification',
  'Mutation.createApiKey.input.agentId': 'agent',
  'Mutation.createApiKey.input.unitId': 'unit',
  'Mutation.rotateApiKey.input.keyId': 'key',
  'Mutation.revokeApiKey.input.keyId': 'key',
  'Mutation.revokeKeyTokens.input.keyId': 'key',
  'Mutation.revokeSessions.input.personId': 'person',
  'Mutation.addPerson.input.unitId': 'unit',
  'Mutation.addPerson.input.roles[].unitId': 'unit',
  'Mutation.changePerson.input.personId': 'person',
  'Mutation.changePerson.input.unitId': 'unit',
  'Mutation.offboardPerson.input.personId': 'person',
  'Mutation.grantRole.input.personId': 'person',
  'Mutation.grantRole.input.unitId': 'unit',
  'Mutation.revokeRole.input.bindingId': 'binding',
  'Mutation.closeSignInSession.input.sessionId': 'signIn',
  'Mutation.deleteView.input.id': 'view',
  'Mutation.restrictAgent.input.agentId': 'agent',
  'Mutation.freezeAgent.input.agentId': 'agent',
  'Mutation.quarantineAgent.input.agentId': 'agent',
  'Mutation.reinstateAgent.input.agentId': 'agent',
  'Mutation.revokeAgent.input.agentId': 'agent',
  'Mutation.changeStandings.input.agentIds[]': 'agent',
  'Mutation.changeStandings.input.filter.orgUnit': 'team',
  'Mutation.changeStandings.input.filter.owner': 'email',
  'Mutation.changeStandings.input.filter.orgUnits[]': 'team',
  'Mutation.changeStandings.input.filter.owners[]': 'email',
  'Mutation.startAgentExport.input.filter.orgUnit': 'team',
  'Mutation.startAgentExport.input.filter.owner': 'email',
  'Mutation.startAgentExport.input.filter.orgUnits[]': 'team',
  'Mutation.startAgentExport.input.filter.owners[]': 'email',
  'Mutation.destroyDataKeys.input.subject': 'agent',
  'Mutation.quarantineManifest.input.manifestId': 'manifest',
  'Mutation.releaseManifest.input.manifestId': 'manifest',
  'Mutation.ingestEvents.input.events[].agentId': 'agent',
  'Mutation.grantAccess.input.agentId': 'agent',
  'Mutation.revokeGrant.input.grantId': 'grant',
  'Mutation.createOrgUnit.input.parentId': 'unit',
  'Mutation.moveOrgUnit.input.orgUnitId': 'unit',
  'Mutation.moveOrgUnit.input.parentId': 'unit',
  'Mutation.renameOrgUnit.input.orgUnitId': 'unit',
  'Mutation.offerTransfer.input.agentId': 'agent',
  'Mutation.offerTransfer.input.toTeamId': 'unit',
  'Mutation.acceptTransfer.input.offerId': 'offer',
  'Mutation.withdrawTransfer.input.offerId': 'offer',
  'Mutation.openAccessReview.input.orgUnit': 'unit',
  'Mutation.decideReviewItem.input.itemId': 'reviewItem',
  'Mutation.withdrawReviewVerdict.input.itemId': 'reviewItem',
  'Mutation.reassignReviewItem.input.itemId': 'reviewItem',
  'Mutation.reassignReviewItem.input.reviewerId': 'person',
  'Mutation.signOffReview.input.reviewId': 'review',
}

/** Root fields by which nothing can be named: they speak of the caller, or of the tenant as a whole. */
export const fieldsWithoutIds: readonly string[] = [
  'Query.policyBundles',
  'Query.findingAssignees',
  'Query.detectionRules',
  'Query.signInSessions',
  'Query.agentWords',
  'Query.bulkActs',
  'Query.tenant',
  'Query.me',
  'Query.savedViews',
  'Query.checkpoints',
  'Query.inclusionProof',
  'Query.consistencyProof',
  'Query.keyHistory',
  'Query.ledgerHead',
  'Query.verifyLedger',
  'Query.transferOffers',
  'Query.accessReviews',
  'Query.ssoConfig',
  'Query.ssoDomains',
  'Mutation.changePassword',
  'Mutation.changePlan',
  'Mutation.saveView',
  'Mutation.signOutTenant',
  'Mutation.claimDomain',
  'Mutation.removeSso',
  'Mutation.createCheckpoint',
  'Mutation.openLogEpoch',
  'Mutation.rotateKey',
  'Mutation.pinManifest',
]

/** What a field needs besides the id that is tried: complete but for it, made of the caller's own rows. */
const inputs: Readonly<Record<string, (own: Rows) => object>> = {
  authorizeAction: (own) => ({
    agentId: own.agent,
    tool: own.tool,
    action: 'update',
    parameters: {},
    sourceTrust: 'TRUSTED_INTERNAL',
  }),
  redeemPermit: (own) => ({ permit: own.permit, ...permitted(own) }),
  reportExecution: () => ({ outcome: 'SUCCEEDED' }),
  decideApproval: (own) => ({ actionHash: own.actionHash, verdict: 'APPROVE' }),
  decideApprovals: (own) => ({ approvals: [{ actionHash: own.actionHash }], verdict: 'APPROVE' }),
  closeFinding: () => ({ reason: 'RESOLVED' }),
  assignFinding: (own) => ({ findingId: own.finding }),
  tagFinding: () => ({ tags: ['tried'] }),
  assignFindings: (own) => ({ findingIds: [own.finding] }),
  closeFindings: () => ({ reason: 'RESOLVED' }),
  closeIncident: () => ({ reason: 'RESOLVED' }),
  revokeSessions: () => ({ reason: 'tried' }),
  revokeKeyTokens: () => ({ reason: 'tried' }),
  taintSession: () => ({ trust: 'UNTRUSTED_EXTERNAL' }),
  registerAgent: (own) => ({
    slug: `tried-${newId()}`,
    displayName: 'tried',
    ownerEmail: own.email,
    teamId: own.unit,
  }),
  changeAgent: (own) => ({ agentId: own.agent, purpose: 'tried' }),
  configureSso: () => ({
    providerType: 'OIDC_GENERIC',
    issuer: 'https://tried.example',
    clientId: 'tried',
    clientSecret: 'tried',
  }),
  startVerification: () => ({ method: 'DNS_TXT', domain: 'tried.invalid' }),
  createApiKey: () => ({ label: 'tried', capabilities: ['agents:read'] }),
  addPerson: (own) => ({
    email: `tried-${newId()}@people.example`,
    displayName: 'tried',
    unitId: own.unit,
    roles: [{ role: 'viewer', unitId: own.unit }],
  }),
  changePerson: (own) => ({ personId: own.person, displayName: 'tried' }),
  offboardPerson: () => ({ reason: 'tried' }),
  grantRole: (own) => ({ personId: own.person, role: 'viewer', unitId: own.unit }),
  restrictAgent: () => ({ reason: 'tried' }),
  freezeAgent: () => ({ reason: 'tried' }),
  quarantineAgent: () => ({ reason: 'tried' }),
  reinstateAgent: () => ({ reason: 'tried' }),
  revokeAgent: () => ({ reason: 'tried' }),
  changeStandings: () => ({ act: 'FREEZE', dryRun: true }),
  destroyDataKeys: () => ({ reason: 'tried' }),
  quarantineManifest: () => ({ reason: 'tried' }),
  releaseManifest: (own) => ({ hash: own.manifestHash, reason: 'tried' }),
  ingestEvents: () => ({
    events: [
      { eventId: 'tried', sourceType: 'PLATFORM', eventType: 'task.completed', occurredAt: '2026-01-01T00:00:00Z' },
    ],
  }),
  grantAccess: () => ({ tool: 'tried.tool' }),
  createOrgUnit: () => ({ name: `tried ${newId()}`, kind: 'TEAM' }),
  moveOrgUnit: (own) => ({ orgUnitId: own.unit }),
  renameOrgUnit: () => ({ name: `tried ${newId()}` }),
  openAccessReview: () => ({ name: `tried ${newId()}`, dueAt: new Date(Date.now() + 86_400_000).toISOString() }),
  decideReviewItem: () => ({ verdict: 'RECERTIFIED', justification: 'tried', expectedVersion: 1 }),
  withdrawReviewVerdict: () => ({ expectedVersion: 1 }),
  reassignReviewItem: (own) => ({ itemId: own.reviewItem, expectedVersion: 1 }),
  offerTransfer: (own) => ({ agentId: own.careful, toTeamId: own.unit }),
}

/** The same for queries that take more than the id that is tried, by the site. */
const questions: Readonly<Record<string, (own: Rows) => Record<string, unknown>>> = {
  'Query.whyMay.personId': (own) => ({ act: 'APPROVE', approvalId: own.approval }),
  'Query.whyMay.approvalId': (own) => ({ act: 'APPROVE', personId: own.person }),
  'Query.whyMay.agentId': (own) => ({ act: 'FREEZE', personId: own.person }),
}

/** What is selected of a success, where more than its name tells: nothing that differs from call to call. */
const successes: Readonly<Record<string, string>> = {
  authorizeAction: '... on ActionDecided { decision { outcome reasonCode reason mutates effectiveTrust } }',
  ingestEvents: '... on EventsIngested { accepted duplicates rejected { eventId code message } }',
  changeStandings: '... on StandingsPlanned { count possible excluded { code count } }',
  startAgentExport: '... on AgentExportStarted { agentExport { total } }',
  decideApprovals: '... on ApprovalsDecided { results { __typename ... on Refusal { code message } } }',
  destroyDataKeys: '... on DataKeysDestroyed { destroyed }',
  acknowledgeFindings: '... on FindingsChanged { changed { finding { status } } refused { code message } }',
  assignFindings: '... on FindingsChanged { changed { finding { status } } refused { code message } }',
  closeFindings: '... on FindingsChanged { changed { finding { status } } refused { code message } }',
}

/** The selection of a mutation's result. */
export function resultSelection(field: string): string {
  return `{ __typename ${successes[field] ?? ''} ... on Refusal { code message } }`
}

/** Arguments of a site's field with `value` at the site, the rest made of the caller's own rows. */
export function argumentsFor(site: Site, value: string, own: Rows): Record<string, unknown> {
  const base =
    site.root === 'Mutation' ? { input: inputs[site.field]?.(own) ?? {} } : (questions[site.name]?.(own) ?? {})
  return put(base, site.path, value) as Record<string, unknown>
}

function put(into: unknown, [key, ...rest]: readonly (string | number)[], value: string): unknown {
  if (key === undefined) return value
  if (typeof key === 'number') {
    const list = Array.isArray(into) ? [...(into as unknown[])] : []
    list[key] = put(list[key], rest, value)
    return list
  }
  const record = (into ?? {}) as Record<string, unknown>
  return { ...record, [key]: put(record[key], rest, value) }
}

/** A value of the right shape that names nothing anywhere. */
export function unknownValue(kind: Kind, like: string): string {
  switch (kind) {
    case 'email':
      return `nobody-${newId()}@people.example`
    case 'manifestHash':
    case 'actionHash':
      return randomBytes(32).toString('hex')
    case 'permit':
      return `${like.slice(0, -12)}${randomBytes(6).toString('hex')}`
    case 'tool':
    case 'server':
      return `unheard-of-${newId()}`
    default:
      return newId()
  }
}

/** A value of no shape at all; an address keeps its shape, or it would be refused for that. */
export function garbledValue(kind: Kind): string | null {
  return kind === 'email' || kind === 'tool' || kind === 'server' || kind === 'manifestHash' ? null : "garbled'; --"
}
