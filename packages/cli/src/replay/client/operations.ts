/**
 * Every document the replay sends: the public contract's, no more.
 */
const refusal = '... on Refusal { code message }'

export const ledgerHeadQuery = 'query ReplayHead { ledgerHead { seq link rootHash checkpoint origin } }'

export const ledgerQuery = `query ReplayLedger($after: String) {
  ledger(first: 1000, after: $after) {
    nodes { id seq type occurredAt leafHash link previousLink body }
    pageInfo { hasNextPage endCursor }
  }
}`

export const createCheckpointMutation = `mutation ReplayCheckpoint {
  createCheckpoint { __typename ... on CheckpointCreated { checkpoint { size } } ${refusal} }
}`

export const orgUnitsQuery = 'query ReplayUnits { orgUnits { id name kind parent { id } } }'

export const createOrgUnitMutation = `mutation ReplayUnit($input: CreateOrgUnitInput!) {
  createOrgUnit(input: $input) { __typename ... on OrgUnitCreated { orgUnit { id } } ${refusal} }
}`

export const agentsQuery = `query ReplayAgents($text: String, $after: String) {
  agents(first: 50, after: $after, filter: { text: $text }) { nodes { id slug } pageInfo { hasNextPage endCursor } }
}`

export const registerAgentMutation = `mutation ReplayAgent($input: RegisterAgentInput!) {
  registerAgent(input: $input) { __typename ... on AgentRegistered { agent { id } } ${refusal} }
}`

export const grantsQuery = `query ReplayGrants($id: ID!) {
  agent(id: $id) { id grants { tool action expiresAt } }
}`

export const grantAccessMutation = `mutation ReplayGrant($input: GrantAccessInput!) {
  grantAccess(input: $input) { __typename ${refusal} }
}`

export const manifestsQuery = `query ReplayManifests($after: String) {
  manifests(first: 200, after: $after) { nodes { tool server state } pageInfo { hasNextPage endCursor } }
}`

export const pinManifestMutation = `mutation ReplayManifest($input: PinManifestInput!) {
  pinManifest(input: $input) { __typename ${refusal} }
}`

export const startSessionMutation = `mutation ReplaySession($input: StartSessionInput!) {
  startSession(input: $input) { __typename ... on SessionStarted { sessionId } ${refusal} }
}`

export const taintSessionMutation = `mutation ReplayTaint($input: TaintSessionInput!) {
  taintSession(input: $input) { __typename ... on SessionTainted { taint } ${refusal} }
}`

export const endSessionMutation = `mutation ReplayEnd($input: EndSessionInput!) {
  endSession(input: $input) { __typename ${refusal} }
}`

export const authorizeActionMutation = `mutation ReplayAuthorize($input: AuthorizeActionInput!) {
  authorizeAction(input: $input) {
    __typename
    ... on ActionDecided {
      decision { id outcome reasonCode effectiveTrust mutates payloadHash actionHash policyHash receipt { id seq } }
      permit { token expiresAt }
      approval { id status expiresAt }
    }
    ${refusal}
  }
}`

export const redeemPermitMutation = `mutation ReplayRedeem($input: RedeemPermitInput!) {
  redeemPermit(input: $input) { __typename ... on PermitRedeemed { execution { id receipt { id seq } } } ${refusal} }
}`

export const reportExecutionMutation = `mutation ReplayReport($input: ReportExecutionInput!) {
  reportExecution(input: $input) { __typename ... on ExecutionReported { receipt { id seq } } ${refusal} }
}`

export const approvalQuery = `query ReplayApproval($id: ID!) {
  approval(id: $id) {
    id status actionHash payloadHash canonicalAction canonicalPayload approvals required permit { token expiresAt }
  }
}`

export const decideApprovalMutation = `mutation ReplayDecide($input: DecideApprovalInput!) {
  decideApproval(input: $input) { __typename ... on ApprovalDecided { approval { status approvals required } } ${refusal} }
}`

export const ingestEventsMutation = `mutation ReplayEvents($input: IngestEventsInput!) {
  ingestEvents(input: $input) {
    __typename
    ... on EventsIngested { accepted duplicates rejected { eventId code message } }
    ${refusal}
  }
}`
