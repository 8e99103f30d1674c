-- Scoring: events in, four scores out. Scores may tighten a decision, never loosen one.

GRANT USAGE ON SCHEMA scoring TO muster_scoring;

-- What agents, platforms and moderators report. Append-only; deduplicated by (agent, event_id).
CREATE TABLE scoring.event (
  tenant_id       uuid NOT NULL,
  agent_id        uuid NOT NULL,
  event_id        text NOT NULL CHECK (length(event_id) BETWEEN 1 AND 200),
  id              uuid NOT NULL,
  source_type     text NOT NULL CHECK (source_type IN ('agent', 'platform', 'system', 'moderator')),
  event_type      text NOT NULL CHECK (length(event_type) BETWEEN 1 AND 100),
  occurred_at     timestamptz NOT NULL,
  ingested_at     timestamptz NOT NULL DEFAULT muster.now(),
  signature_valid boolean,               -- NULL = not signed
  severity        text NOT NULL DEFAULT 'info' CHECK (severity IN ('info', 'low', 'medium', 'high', 'critical')),
  payload_sealed  bytea,
  unit_path       uuid[] NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, event_id)
);
CREATE INDEX event_time ON scoring.event (tenant_id, agent_id, occurred_at DESC);
CALL muster.wall('scoring.event',
  '(SELECT muster.scope_all()) OR unit_path && (SELECT muster.scope_roots())::uuid[] OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])',
  'tenant_id',
  -- An event may only be laid upon an agent the caller sees.
  '(SELECT muster.scope_all()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])');
-- No UPDATE, no DELETE: what was reported stays reported.
GRANT SELECT, INSERT ON scoring.event TO muster_scoring;

-- Running totals an agent's scores are computed from: kept with each batch, equal to a recount.
CREATE TABLE scoring.tally (
  tenant_id  uuid NOT NULL,
  agent_id   uuid NOT NULL,
  event_type text NOT NULL,
  severity   text NOT NULL,
  signed     boolean NOT NULL,
  day        date NOT NULL,
  count      bigint NOT NULL CHECK (count > 0),
  last_event uuid NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, event_type, severity, signed, day)
);
CALL muster.wall('scoring.tally', '(SELECT muster.scope_all()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])');
GRANT SELECT, INSERT, UPDATE (count, last_event) ON scoring.tally TO muster_scoring;

-- Score state after each batch that changed it.
CREATE TABLE scoring.snapshot (
  tenant_id              uuid NOT NULL,
  id                     uuid NOT NULL,
  agent_id               uuid NOT NULL,
  identity_score         double precision CHECK (identity_score BETWEEN 0 AND 100),  -- NULL = no evidence, never 0
  identity_confidence    double precision NOT NULL CHECK (identity_confidence BETWEEN 0 AND 1),
  risk_score             double precision CHECK (risk_score BETWEEN 0 AND 100),
  risk_confidence        double precision NOT NULL CHECK (risk_confidence BETWEEN 0 AND 1),
  reliability_score      double precision CHECK (reliability_score BETWEEN 0 AND 100),
  reliability_confidence double precision NOT NULL CHECK (reliability_confidence BETWEEN 0 AND 1),
  autonomy_score         double precision CHECK (autonomy_score BETWEEN 0 AND 100),
  autonomy_label         text NOT NULL,
  policy_tier            text NOT NULL CHECK (policy_tier IN ('standard', 'elevated', 'restricted')),
  formula                text NOT NULL,     -- name and version of the formula, docs/specs/scoring.md
  explanation            jsonb NOT NULL,    -- factors: code, contribution, receipt
  unit_path              uuid[] NOT NULL,
  receipt_id             uuid,
  created_at             timestamptz NOT NULL DEFAULT muster.now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX snapshot_agent ON scoring.snapshot (tenant_id, agent_id, created_at DESC, id DESC);
CALL muster.wall('scoring.snapshot',
  '(SELECT muster.scope_all()) OR unit_path && (SELECT muster.scope_roots())::uuid[] OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])',
  'tenant_id', '(SELECT muster.scope_all()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])');
GRANT SELECT, INSERT ON scoring.snapshot TO muster_scoring;

-- The agent's present standing with scoring: one row, so that a decision reads it in one look-up.
CREATE TABLE scoring.standing (
  tenant_id   uuid NOT NULL,
  agent_id    uuid NOT NULL,
  policy_tier text NOT NULL CHECK (policy_tier IN ('standard', 'elevated', 'restricted')),
  risk_score  double precision,
  snapshot_id uuid NOT NULL,
  version     integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, agent_id)
);
CREATE INDEX standing_risk ON scoring.standing (tenant_id, risk_score DESC NULLS LAST);
CALL muster.wall('scoring.standing', '(SELECT muster.scope_all()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])');
GRANT SELECT, INSERT, UPDATE ON scoring.standing TO muster_scoring;

CREATE VIEW scoring.published_standing WITH (security_barrier) AS
  SELECT tenant_id, agent_id, policy_tier, risk_score, snapshot_id, version FROM scoring.standing;
GRANT USAGE ON SCHEMA scoring TO muster_guard, muster_workforce, muster_identity, muster_decider;
GRANT SELECT ON scoring.published_standing TO muster_guard, muster_workforce, muster_identity;
