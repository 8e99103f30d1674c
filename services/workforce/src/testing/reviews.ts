/**
 * A company under review, for the tests of access reviews: teams with an agent, an owner and grants, and the
 * operations of a campaign as the console sends them.
 */
import { randomBytes } from 'node:crypto'
import { reviewScopeHash } from '@muster/canonical-json'
import { openPool, withRequest, type LoginRole, type RequestScope } from '@muster/db'
import { toHex, verdictRoot } from '@muster/ledger'
import { makeWorld, type Answer } from './world.ts'

const item = `id ordinal grantId agentId agentSlug tool action mutates grantedBy grantedAt expiresAt lastUsedAt used denied peers previousVerdict
  advice adviceReason reviewerId fallbackId verdict justification justificationCommitment modifiedAction modifiedExpiresAt decidedBy decidedAt
  sealed effect viewerCanDecide viewerCannotDecideCode version`
const review = `id name status scopeId itemCount isOverdue missedPolicy scopeHash verdictRoot viewerCanSignOff viewerCannotSignOffCode
  progress { total decided mineTotal missed keptAgainstAdvice byVerdict { verdict count } } openReceipt { seq } signOffReceipt { seq }
  items(first: 1000) { totalCount nodes { ${item} } }`
const open = `mutation ($input: OpenAccessReviewInput!) { openAccessReview(input: $input) { __typename
  ... on AccessReviewOpened { review { ${review} } receipt { id seq } } ... on Refusal { code message } } }`
export const decide = `mutation ($input: DecideReviewItemInput!) { decideReviewItem(input: $input) { __typename
  ... on ReviewItemDecided { item { ${item} } receipt { id seq } } ... on Refusal { code message } } }`
export const withdraw = `mutation ($input: WithdrawReviewVerdictInput!) { withdrawReviewVerdict(input: $input) { __typename
  ... on ReviewVerdictWithdrawn { item { ${item} } receipt { id } } ... on Refusal { code } } }`
export const reassign = `mutation ($input: ReassignReviewItemInput!) { reassignReviewItem(input: $input) { __typename
  ... on ReviewItemReassigned { item { ${item} } receipt { id } } ... on Refusal { code } } }`
const sign = `mutation ($input: SignOffReviewInput!) { signOffReview(input: $input) { __typename
  ... on ReviewSignedOff { review { ${review} } receipt { id seq } } ... on Refusal { code } } }`
export const one = `query ($id: ID!) { accessReview(id: $id) { id progress { total } viewerCanSignOff viewerCannotSignOffCode
  items(first: 1000) { totalCount nodes { ${item} } } } }`
export const itemsOf = `query ($filter: ReviewItemFilter) { reviewItems(first: 1000, filter: $filter) { totalCount nodes { ${item} } } }`

/** Two tenants, the first with an administrator who opens and signs off unless told otherwise. */
export async function makeReviews() {
  const world = await makeWorld()
  const north = await world.company('northwind')
  const other = await world.company('elsewhere')
  const admin = await north.person()
  let units = 0

  const dueAt = (): string => new Date(Date.now() + 7 * 86_400_000).toISOString()
  const as = (sub: string, part: Answer = {}): RequestScope => north.scope({ sub, ...part })
  /** An owner: their own agents and what is assigned to them. */
  const owning = (sub: string): RequestScope => as(sub, { all: false, units: [], roles: ['owner'] })

  async function give(agentId: string, tool: string, part: Answer = {}, by = north.scope()): Promise<string> {
    const { grantAccess } = await world.run(
      by,
      'mutation ($input: GrantAccessInput!) { grantAccess(input: $input) { ... on AccessGranted { grant { id } } ... on Refusal { code } } }',
      { input: { agentId, tool, ...part } },
    )
    return grantAccess.grant.id
  }

  async function decided(
    agentId: string,
    tool: string,
    outcome: string,
    times: number,
    team: string,
    at = new Date(),
  ): Promise<void> {
    await world.database.asSuperuser(
      `INSERT INTO guard.decision (tenant_id, id, agent_id, requester_id, credential, request_hash, tool, action, outcome, reason_code, determining,
         claimed_trust, effective_trust, mutates, payload_hash, action_hash, policy_hash, owner_id, team_id, unit_path, sealed, decided_at, seq, receipt_id)
       SELECT $1, gen_random_uuid(), $2, $2, 'test', $3, $4, 'do', $5, 'TEST', '{}', 'UNKNOWN', 'UNKNOWN', true, $3, $3, '', $2, $6, ARRAY[$6]::uuid[], '', $7, 1, $2
         FROM generate_series(1, $8::integer)`,
      [north.tenantId, agentId, randomBytes(32), tool, outcome, team, at, times],
    )
  }

  const opened = async (input: Answer, scope = as(admin)): Promise<Answer> =>
    (await world.run(scope, open, { input: { name: 'quarter', dueAt: dueAt(), ...input } })).openAccessReview
  const verdict = async (scope: RequestScope, of: Answer, input: Answer): Promise<Answer> =>
    (await world.run(scope, decide, { input: { itemId: of.id, expectedVersion: of.version, ...input } }))
      .decideReviewItem
  const signedOff = async (reviewId: string, scope = as(admin)): Promise<Answer> =>
    (await world.run(scope, sign, { input: { reviewId } })).signOffReview

  /** One statement as a service under a hand-over: what the engine itself allows. */
  async function asService<Row extends object>(
    role: LoginRole,
    scope: RequestScope,
    sql: string,
    values: unknown[],
  ): Promise<Row[]> {
    const pool = openPool({ url: world.database.url(role), role })
    try {
      return await withRequest(pool, (tx) => tx.query<Row>(sql, values), scope.handovers[role])
    } finally {
      await pool.end()
    }
  }

  /** A team of its own with one agent, its owner and grants of the given tools. */
  async function team(tools: string[]): Promise<{ unit: string; agent: string; owner: string; grants: string[] }> {
    const unit = await north.unit(`team ${++units}`, 'TEAM')
    const owner = await north.person()
    const agent = await north.agent({ team: unit, owner })
    const grants: string[] = []
    for (const tool of tools) grants.push(await give(agent, tool, { action: 'do' }))
    return { unit, agent, owner, grants }
  }

  /** The hash as a reader computes it from what the graph says. */
  function scopeHashOf(made: Answer, orgUnit: string | null): string {
    return reviewScopeHash({
      tenant: north.tenantId,
      review: made.id,
      orgUnit,
      items: made.items.nodes.map((node: Answer) => ({
        ...node,
        item: node.id,
        grant: node.grantId,
        agent: node.agentId,
      })),
    })
  }

  function rootOf(done: Answer): string {
    return toHex(
      verdictRoot(
        done.items.nodes.map((node: Answer) => ({
          ...node,
          review: done.id,
          item: node.id,
          grant: node.grantId,
          justification: node.justificationCommitment,
        })),
      ),
    )
  }

  /** The grants a decision about this tool would rest on. */
  async function standing(agent: string, tool: string): Promise<unknown[]> {
    const [row] = await asService<{ standing: string }>(
      'muster_decider',
      north.scope(),
      "SELECT guard.standing(ARRAY[$1::uuid], ARRAY[$2], '{do}', '{NULL}') AS standing",
      [agent, tool],
    )
    return ((JSON.parse(row!.standing) as unknown[]).at(-1) as unknown[] | null) ?? []
  }

  return {
    world,
    north,
    other,
    admin,
    as,
    owning,
    give,
    decided,
    opened,
    verdict,
    signedOff,
    asService,
    team,
    scopeHashOf,
    rootOf,
    standing,
  }
}
