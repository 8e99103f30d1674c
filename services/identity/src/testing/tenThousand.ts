/**
 * A tenant of ten thousand agents with scores and a history, generated straight
 * in a test database: for what must stay fast and exact at that size.
 */
import type { Company, World } from './world.ts'

/** Fills a company: every third agent never scored, every tenth never seen, one in a hundred frozen. */
export async function crowd(world: World, company: Company, ownerId: string, agents = 10_000): Promise<void> {
  const { tenantId, units } = company
  const run = (sql: string, values: unknown[] = []) => world.database.asSuperuser(sql, [tenantId, ...values])
  await run(
    `INSERT INTO identity.agent (tenant_id, id, slug, display_name, owner_id, team_id, environment, model, risk_tier, status, created_at)
     SELECT $1, gen_random_uuid(), 'crowd-' || lpad(n::text, 5, '0'), 'Crowd ' || md5(n::text), $2,
            CASE WHEN n % 10 = 0 THEN $3::uuid ELSE $4::uuid END,
            (ARRAY['production', 'staging', 'sandbox'])[1 + n % 3], (ARRAY['opus', 'sonnet', 'haiku'])[1 + n % 3],
            (ARRAY['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])[1 + n % 4],
            CASE WHEN n % 100 = 7 THEN 'FROZEN' ELSE 'ACTIVE' END, now() - make_interval(mins => n / 2)
       FROM generate_series(1, $5::int) AS n`,
    [ownerId, units.payments, units.support, agents],
  )
  await run(
    `WITH scored AS (SELECT id, team_id, gen_random_uuid() AS snapshot, abs(hashtext(slug)) % 101 AS risk FROM identity.agent
                      WHERE tenant_id = $1 AND slug LIKE 'crowd-%' AND right(slug, 1) NOT IN ('3', '6', '9')),
     snapshots AS (INSERT INTO scoring.snapshot (tenant_id, id, agent_id, identity_score, identity_confidence, risk_score, risk_confidence,
         reliability_score, reliability_confidence, autonomy_score, autonomy_confidence, autonomy_label, policy_tier, formula, explanation, unit_path)
       SELECT $1, snapshot, id, 90, 1, risk, 1, 100 - risk, 1, 50, 1, 'supervised', 'standard', 'test', '[]', ARRAY[$2::uuid, team_id] FROM scored)
     INSERT INTO scoring.standing (tenant_id, agent_id, policy_tier, risk_score, snapshot_id)
     SELECT $1, id, 'standard', risk, snapshot FROM scored`,
    [units.finance],
  )
  await run(
    `INSERT INTO guard.decision (tenant_id, id, agent_id, requester_id, credential, request_hash, tool, action, outcome, reason_code, determining,
       claimed_trust, effective_trust, mutates, payload_hash, action_hash, policy_hash, owner_id, team_id, unit_path, sealed, decided_at, seq, receipt_id)
     SELECT $1, gen_random_uuid(), a.id, a.id, 'c', '\\x00', 't', 'a', 'ALLOW', 'OK', '{}', 'UNKNOWN', 'UNKNOWN', false,
            sha256('x'), sha256('x'), 'p', a.owner_id, a.team_id, ARRAY[$2::uuid, a.team_id], '\\x00',
            now() - make_interval(hours => abs(hashtext(a.slug)) % 960 + k), 1, gen_random_uuid()
       FROM identity.agent a, generate_series(0, 9) AS k WHERE a.tenant_id = $1 AND a.slug LIKE 'crowd-%' AND a.slug NOT LIKE '%0'`,
    [units.finance],
  )
  await run(
    `INSERT INTO scoring.event (tenant_id, agent_id, event_id, id, source_type, event_type, occurred_at, unit_path, receipt_id)
     SELECT $1, a.id, 'e' || k, gen_random_uuid(), 'platform', 'task.completed',
            now() - make_interval(hours => abs(hashtext(a.slug)) % 1200 + k), ARRAY[$2::uuid, a.team_id], gen_random_uuid()
       FROM identity.agent a, generate_series(0, 9) AS k WHERE a.tenant_id = $1 AND a.slug LIKE 'crowd-%' AND a.slug NOT LIKE '%0'`,
    [units.finance],
  )
  for (const table of ['identity.agent', 'scoring.standing', 'scoring.snapshot', 'scoring.event', 'guard.decision']) {
    await world.database.asSuperuser(`ANALYZE ${table}`)
  }
}
