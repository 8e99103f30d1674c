/**
 * One row of every kind that a caller can name, made in a tenant or a team
 * through the public API, all carrying a marker in whatever text they take.
 */
import { act, read, signIn } from './door.ts'
import type { Running } from '../faults/running.ts'

/** Kinds of things a caller can name. */
export interface Rows {
  agent: string
  /** An agent whose changes are held. */
  careful: string
  person: string
  email: string
  /** The team all of it is in, and an empty one below it. */
  team: string
  unit: string
  grant: string
  decision: string
  approval: string
  actionHash: string
  /** Of a permit that was redeemed and not reported. */
  execution: string
  /** A permit nobody redeemed yet, and what it is for. */
  permit: string
  session: string
  signIn: string
  /** Shared with the tenant: a personal one is nobody else's to name. */
  view: string
  finding: string
  /** An act on many agents that refused them all, and an export: each its starter's own. */
  bulkAct: string
  agentExport: string
  /** A proof that is asked for. */
  verification: string
  incident: string
  bundle: string
  key: string
  binding: string
  manifest: string
  manifestHash: string
  tool: string
  server: string
  receipt: string
  offer: string
  /** A campaign over the team, and an item of it. */
  review: string
  reviewItem: string
}

export interface Place {
  /** In every name; unlike anything elsewhere. */
  marker: string
  /** A key that may do everything in the tenant. */
  admin: string
  /** The team the rows are in. */
  team: string
}

interface Decided {
  decision: { id: string; reasonCode: string; receipt: { id: string } }
  permit: { token: string } | null
  approval: { id: string; actionHash: string } | null
}

const receipted = 'receipt { id seq }'
const findingWaitMs = 10_000
export const password = 'quite a long pass phrase'

/** What the permit in {@link Rows} is for. */
export const permitted = (rows: Rows): object => ({
  tool: rows.tool,
  action: 'update',
  parameters: { of: rows.server },
})

export async function plantRows(muster: Running, { marker, admin, team }: Place): Promise<Rows> {
  const mutate = <T extends object>(field: string, selection: string, input: object): Promise<T> =>
    act<T>(muster, admin, field, selection, input)
  const query = <T extends object>(text: string, variables: object = {}): Promise<T> =>
    read<T>(muster, admin, text, variables)

  const { orgUnit: unit } = await mutate<{ orgUnit: { id: string } }>(
    'createOrgUnit',
    '... on OrgUnitCreated { orgUnit { id } }',
    { name: `${marker} branch`, kind: 'TEAM', parentId: team },
  )
  const email = `${marker}@people.example`
  const { person } = await mutate<{ person: { id: string; roles: { id: string }[] } }>(
    'addPerson',
    '... on PersonAdded { person { id roles { id } } }',
    {
      email,
      displayName: `${marker} person`,
      unitId: team,
      roles: [
        { role: 'team-lead', unitId: team },
        { role: 'analyst', unitId: team },
      ],
      password,
    },
  )
  const asPerson = await signIn(muster, email, password)
  const { signInSessions } = await read<{ signInSessions: { id: string }[] }>(
    muster,
    asPerson,
    '{ signInSessions { id } }',
  )
  const { view } = await act<{ view: { id: string } }>(
    muster,
    asPerson,
    'saveView',
    '... on ViewSaved { view { id } }',
    { name: `${marker} view`, screen: 'directory', search: '', isShared: true },
  )

  const server = `${marker}-server`
  const [tool, reading] = [`${marker}.change`, `${marker}.read`]
  const { manifests } = await mutate<{ manifests: { id: string; hash: string }[] }>(
    'pinManifest',
    '... on ManifestPinned { manifests { id hash } }',
    {
      server,
      tools: [
        { name: tool, mutates: true },
        { name: reading, mutates: false },
      ],
    },
  )
  const register = async (name: string, riskTier: string): Promise<string> => {
    const { agent } = await mutate<{ agent: { id: string } }>(
      'registerAgent',
      '... on AgentRegistered { agent { id } }',
      {
        slug: `${marker}-${name}`,
        displayName: `${marker} ${name}`,
        ownerEmail: email,
        teamId: team,
        riskTier,
        purpose: `${marker} purpose`,
        grants: [{ tool }, { tool: reading }],
      },
    )
    return agent.id
  }
  const [agent, careful] = [await register('steady', 'LOW'), await register('careful', 'HIGH')]

  const ask = (agentId: string, part: object = {}): Promise<Decided> =>
    mutate<Decided>(
      'authorizeAction',
      '... on ActionDecided { decision { id reasonCode receipt { id } } permit { token } approval { id actionHash } }',
      { agentId, tool, action: 'update', parameters: { of: server }, sourceTrust: 'TRUSTED_INTERNAL', ...part },
    )
  const allowed = await ask(agent)
  const redeemed = await ask(agent)
  const held = await ask(careful)
  const denied = await ask(agent, { sourceTrust: 'MALICIOUS_SUSPECTED' })
  if (allowed.permit === null || redeemed.permit === null || held.approval === null)
    throw new Error(`not decided as planned: ${JSON.stringify([allowed, redeemed, held, denied])}`)
  const { execution } = await mutate<{ execution: { id: string } }>(
    'redeemPermit',
    '... on PermitRedeemed { execution { id } }',
    { permit: redeemed.permit.token, tool, action: 'update', parameters: { of: server } },
  )
  const { sessionId } = await mutate<{ sessionId: string }>('startSession', '... on SessionStarted { sessionId }', {
    agentId: agent,
    sourceTrust: 'TRUSTED_INTERNAL',
  })
  const { bundle } = await mutate<{ bundle: { id: string } }>(
    'draftPolicyBundle',
    `... on PolicyBundleDrafted { bundle { id } ${receipted} }`,
    {
      name: `${marker} policies`,
      sources: [{ id: `${marker}.all`, text: `@id("${marker}.all")\npermit (principal, action, resource);` }],
    },
  )
  const { key } = await mutate<{ key: { id: string } }>('createApiKey', '... on ApiKeyCreated { key { id } }', {
    label: `${marker} key`,
    capabilities: ['agents:read'],
    unitId: team,
  })
  const { offer } = await mutate<{ offer: { id: string } }>(
    'offerTransfer',
    '... on TransferOffered { offer { id } }',
    {
      agentId: agent,
      toTeamId: unit.id,
    },
  )
  const { review } = await mutate<{ review: { id: string; items: { nodes: { id: string }[] } } }>(
    'openAccessReview',
    '... on AccessReviewOpened { review { id items(first: 1) { nodes { id } } } }',
    { name: `${marker} review`, orgUnit: team, dueAt: new Date(Date.now() + 7 * 86_400_000).toISOString() },
  )
  await mutate('ingestEvents', '... on EventsIngested { accepted }', {
    events: [
      {
        eventId: `${marker}-event`,
        agentId: agent,
        sourceType: 'PLATFORM',
        eventType: 'task.completed',
        occurredAt: new Date(Date.now() - 60_000).toISOString(),
        payload: { note: `${marker} payload` },
      },
    ],
  })
  const { bulkAct } = await mutate<{ bulkAct: { id: string } }>(
    'changeStandings',
    '... on StandingsStarted { bulkAct { id } }',
    { act: 'REINSTATE', agentIds: [agent], reason: `${marker} reason`, expectedCount: 1 },
  )
  const { agentExport } = await mutate<{ agentExport: { id: string } }>(
    'startAgentExport',
    '... on AgentExportStarted { agentExport { id } }',
    { filter: { orgUnit: team } },
  )
  const { verification } = await mutate<{ verification: { id: string } }>(
    'startVerification',
    '... on VerificationStarted { verification { id } }',
    { agentId: agent, method: 'DNS_TXT', domain: `${marker}.invalid` },
  )
  const { grants } = (
    await query<{ agent: { grants: { id: string }[] } }>('query ($id: ID!) { agent(id: $id) { grants { id } } }', {
      id: agent,
    })
  ).agent

  const raised = await findingOf(muster, admin, agent)
  await mutate('assignFinding', '... on FindingAssigned { receipt { id } }', {
    findingId: raised.finding,
    personId: person.id,
  })
  return {
    agent,
    careful,
    team,
    person: person.id,
    email,
    unit: unit.id,
    grant: grants[0]!.id,
    decision: allowed.decision.id,
    approval: held.approval.id,
    actionHash: held.approval.actionHash,
    execution: execution.id,
    permit: allowed.permit.token,
    session: sessionId,
    signIn: signInSessions[0]!.id,
    view: view.id,
    bulkAct: bulkAct.id,
    agentExport: agentExport.id,
    verification: verification.id,
    ...raised,
    bundle: bundle.id,
    key: key.id,
    binding: person.roles[0]!.id,
    manifest: manifests[0]!.id,
    manifestHash: manifests[0]!.hash,
    tool,
    server,
    receipt: allowed.decision.receipt.id,
    offer: offer.id,
    review: review.id,
    reviewItem: review.items.nodes[0]!.id,
  }
}

/** Findings are raised after the answer. */
async function findingOf(
  muster: Running,
  admin: string,
  agentId: string,
): Promise<{ finding: string; incident: string }> {
  const deadline = Date.now() + findingWaitMs
  for (;;) {
    const { findings } = await read<{ findings: { nodes: { id: string; incident: { id: string } | null }[] } }>(
      muster,
      admin,
      'query ($agentId: ID!) { findings(filter: { agentId: $agentId }) { nodes { id incident { id } } } }',
      { agentId },
    )
    const [finding] = findings.nodes
    if (finding?.incident) return { finding: finding.id, incident: finding.incident.id }
    if (Date.now() > deadline) throw new Error('the denied mutation raised no finding')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
