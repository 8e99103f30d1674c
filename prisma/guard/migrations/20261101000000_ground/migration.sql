-- Guard: every action decided before it happens, held for a person where needed, redeemed once.

GRANT USAGE ON SCHEMA guard TO muster_guard, muster_decider;

-- Cedar bundles, versioned by content hash. One is active at a time; without one everything is denied.
CREATE TABLE guard.policy_bundle (
  tenant_id    uuid NOT NULL,
  id           uuid NOT NULL,
  name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  version      integer NOT NULL,
  hash         text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
  sources      jsonb NOT NULL CHECK (jsonb_typeof(sources) = 'array'),
  state        text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'active', 'paused', 'archived')),
  created_by   uuid NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT muster.now(),
  activated_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name, version)
);
CREATE UNIQUE INDEX policy_bundle_active ON guard.policy_bundle (tenant_id) WHERE state = 'active';
CREATE INDEX policy_bundle_hash ON guard.policy_bundle (tenant_id, hash);
CALL muster.wall('guard.policy_bundle', 'true');
-- Name, sources and hash never change: another text is another version.
GRANT SELECT, INSERT, UPDATE (state, activated_at) ON guard.policy_bundle TO muster_guard;

-- A run of one agent, opened by the server. Its taint only falls: once untrusted content was read,
-- every later action carries that trust.
CREATE TABLE guard.agent_session (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  agent_id   uuid NOT NULL,
  credential text NOT NULL,
  taint      text NOT NULL DEFAULT 'TRUSTED_INTERNAL' CHECK (taint IN ('TRUSTED_INTERNAL_SIGNED','TRUSTED_INTERNAL','SEMI_TRUSTED','UNKNOWN','UNTRUSTED_EXTERNAL','MALICIOUS_SUSPECTED')),
  unit_path  uuid[] NOT NULL,
  started_at timestamptz NOT NULL DEFAULT muster.now(),
  ended_at   timestamptz,
  version    integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX agent_session_agent ON guard.agent_session (tenant_id, agent_id, started_at DESC);
CALL muster.wall('guard.agent_session',
  '(SELECT muster.scope_all()) OR unit_path && (SELECT muster.scope_roots())::uuid[] OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])',
  'tenant_id', '(SELECT muster.scope_all()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])');
GRANT SELECT, INSERT, UPDATE (taint, ended_at, version) ON guard.agent_session TO muster_guard;

CREATE FUNCTION guard.trust_rank(level text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE level WHEN 'TRUSTED_INTERNAL_SIGNED' THEN 0 WHEN 'TRUSTED_INTERNAL' THEN 1 WHEN 'SEMI_TRUSTED' THEN 2
                    WHEN 'UNKNOWN' THEN 3 WHEN 'UNTRUSTED_EXTERNAL' THEN 4 ELSE 5 END
$$;
-- INVARIANT (taint only falls): also against a service's bug.
CREATE FUNCTION guard.taint_falls() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF guard.trust_rank(NEW.taint) < guard.trust_rank(OLD.taint) OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL) THEN
    RAISE EXCEPTION 'a session never gains trust' USING ERRCODE = 'MU007';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER taint_falls BEFORE UPDATE ON guard.agent_session FOR EACH ROW EXECUTE FUNCTION guard.taint_falls();

-- Every decision that was answered, whatever the answer. The payload is sealed; the hashes pin it.
CREATE TABLE guard.decision (
  tenant_id        uuid NOT NULL,
  id               uuid NOT NULL,
  agent_id         uuid NOT NULL,
  requester_id     uuid NOT NULL,           -- person, key or agent that asked
  credential       text NOT NULL,
  idempotency_key  text CHECK (length(idempotency_key) BETWEEN 1 AND 200),
  request_hash     bytea NOT NULL,          -- of the whole request, to tell a retry from a conflict
  session_id       uuid,
  tool             text NOT NULL,
  action           text NOT NULL,
  outcome          text NOT NULL CHECK (outcome IN ('ALLOW', 'REVIEW', 'DENY')),
  reason_code      text NOT NULL,
  determining      text[] NOT NULL,
  claimed_trust    text NOT NULL,
  effective_trust  text NOT NULL,
  mutates          boolean NOT NULL,
  payload_hash     bytea NOT NULL CHECK (length(payload_hash) = 32),
  action_hash      bytea NOT NULL CHECK (length(action_hash) = 32),
  policy_hash      text NOT NULL,
  manifest_hash    bytea,
  on_behalf_of     text,
  owner_id         uuid NOT NULL,
  team_id          uuid NOT NULL,
  unit_path        uuid[] NOT NULL,
  sealed           bytea NOT NULL,          -- canonical payload and action, resource, parameters
  permit_expires_at timestamptz,            -- set = a permit exists; for a review it is set on approval
  decided_at       timestamptz NOT NULL,
  seq              bigint NOT NULL,
  receipt_id       uuid NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX decision_idempotency ON guard.decision (tenant_id, credential, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX decision_agent ON guard.decision (tenant_id, agent_id, decided_at DESC);
CALL muster.wall('guard.decision',
  '(SELECT muster.scope_all()) OR unit_path && (SELECT muster.scope_roots())::uuid[] OR requester_id = (SELECT muster.subject()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])',
  'tenant_id', '(SELECT muster.scope_all())');
-- Read only: rows are written by guard.decide() alone, the permit of an approved review by guard.cast_vote().
GRANT SELECT ON guard.decision TO muster_guard;

-- What waits for people. Everything that was hashed is in the decision; this row is the ceremony.
CREATE TABLE guard.approval (
  tenant_id    uuid NOT NULL,
  id           uuid NOT NULL,
  decision_id  uuid NOT NULL,
  agent_id     uuid NOT NULL,
  requester_id uuid NOT NULL,
  credential   text NOT NULL,
  owner_id     uuid NOT NULL,
  on_behalf_of text,
  action_hash  bytea NOT NULL CHECK (length(action_hash) = 32),
  payload_hash bytea NOT NULL CHECK (length(payload_hash) = 32),
  status       text NOT NULL DEFAULT 'PENDING' CHECK (status IN ('PENDING', 'APPROVED', 'REJECTED', 'EXPIRED')),
  required     integer NOT NULL CHECK (required BETWEEN 1 AND 10),
  approvals    integer NOT NULL DEFAULT 0 CHECK (approvals >= 0),
  assigned_to  uuid[] NOT NULL DEFAULT '{}',
  unit_path    uuid[] NOT NULL,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  settled_at   timestamptz,
  version      integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, decision_id),
  FOREIGN KEY (tenant_id, decision_id) REFERENCES guard.decision (tenant_id, id),
  CHECK (status <> 'APPROVED' OR approvals >= required)
);
CREATE INDEX approval_queue ON guard.approval (tenant_id, status, expires_at, id);
CREATE INDEX approval_agent ON guard.approval (tenant_id, agent_id, created_at DESC);
CALL muster.wall('guard.approval',
  '(SELECT muster.scope_all()) OR unit_path && (SELECT muster.scope_roots())::uuid[] OR requester_id = (SELECT muster.subject()) OR (SELECT muster.subject()) = ANY (assigned_to) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])');
-- Verdicts come through guard.cast_vote(); the service itself can only let one expire.
GRANT SELECT, UPDATE (status, settled_at, version) ON guard.approval TO muster_guard;

-- One person, one verdict. Never edited.
CREATE TABLE guard.approval_vote (
  tenant_id     uuid NOT NULL,
  approval_id   uuid NOT NULL,
  person_id     uuid NOT NULL,
  verdict       text NOT NULL CHECK (verdict IN ('APPROVE', 'REJECT')),
  action_hash   bytea NOT NULL CHECK (length(action_hash) = 32), -- what this person's browser computed
  reason_sealed bytea,
  credential    text NOT NULL,
  voted_at      timestamptz NOT NULL DEFAULT muster.now(),
  PRIMARY KEY (tenant_id, approval_id, person_id),
  FOREIGN KEY (tenant_id, approval_id) REFERENCES guard.approval (tenant_id, id)
);
CALL muster.wall('guard.approval_vote',
  'EXISTS (SELECT FROM guard.approval a WHERE a.tenant_id = approval_vote.tenant_id AND a.id = approval_vote.approval_id)',
  'tenant_id',
  'person_id = (SELECT muster.subject()) AND EXISTS (SELECT FROM guard.approval a WHERE a.tenant_id = approval_vote.tenant_id AND a.id = approval_vote.approval_id)');
GRANT SELECT ON guard.approval_vote TO muster_guard;

-- A permit that was used. INVARIANT (single use): one execution a decision, by primary key.
CREATE TABLE guard.execution (
  tenant_id      uuid NOT NULL,
  decision_id    uuid NOT NULL,
  id             uuid NOT NULL,
  agent_id       uuid NOT NULL,
  requester_id   uuid NOT NULL,
  credential     text NOT NULL,
  redemption_key text CHECK (length(redemption_key) BETWEEN 1 AND 200),
  request_hash   bytea NOT NULL,
  unit_path      uuid[] NOT NULL,
  redeemed_at    timestamptz NOT NULL,
  redeem_seq     bigint NOT NULL,
  redeem_receipt uuid NOT NULL,
  outcome        text CHECK (outcome IN ('SUCCEEDED', 'FAILED')),
  result_hash    text,
  reported_at    timestamptz,
  report_seq     bigint,
  report_receipt uuid,
  PRIMARY KEY (tenant_id, decision_id),
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, decision_id) REFERENCES guard.decision (tenant_id, id)
);
CALL muster.wall('guard.execution',
  '(SELECT muster.scope_all()) OR unit_path && (SELECT muster.scope_roots())::uuid[] OR requester_id = (SELECT muster.subject()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])',
  'tenant_id');
-- Inserted by guard.redeem() alone; what happened is reported once.
GRANT SELECT, UPDATE (outcome, result_hash, reported_at, report_seq, report_receipt) ON guard.execution TO muster_guard;

-- What a person should look at. Deduplicated by key while open.
CREATE TABLE guard.finding (
  tenant_id    uuid NOT NULL,
  id           uuid NOT NULL,
  agent_id     uuid,
  finding_type text NOT NULL CHECK (finding_type ~ '^[a-z_]+(\.[a-z_]+)*$'),
  severity     text NOT NULL CHECK (severity IN ('info', 'low', 'medium', 'high', 'critical')),
  status       text NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'ACKNOWLEDGED', 'CLOSED')),
  dedupe_key   text NOT NULL,
  summary      text NOT NULL,
  evidence     jsonb NOT NULL DEFAULT '[]',  -- receipt ids and sequence numbers
  count        integer NOT NULL DEFAULT 1,
  unit_path    uuid[] NOT NULL,
  first_seen   timestamptz NOT NULL DEFAULT muster.now(),
  last_seen    timestamptz NOT NULL DEFAULT muster.now(),
  settled_by   uuid,
  close_reason text,
  version      integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX finding_open ON guard.finding (tenant_id, dedupe_key) WHERE status <> 'CLOSED';
CREATE INDEX finding_list ON guard.finding (tenant_id, status, last_seen DESC);
CALL muster.wall('guard.finding',
  '(SELECT muster.scope_all()) OR unit_path && (SELECT muster.scope_roots())::uuid[] OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])');
GRANT SELECT, INSERT, UPDATE (status, count, last_seen, evidence, settled_by, close_reason, version) ON guard.finding TO muster_guard;

------------------------------------------------------------------------------------------------------------
-- The standing: everything a decision rests on, as one JSON text. The text is the fingerprint: two equal
-- texts are equal facts, so the evaluator reads the very bytes that are compared at commit.
-- Element order is packages/policy's `parseStanding`; NULL for an agent that does not exist.
CREATE FUNCTION guard.standing(wanted_agents uuid[], wanted_tools text[], wanted_actions text[], wanted_sessions uuid[]) RETURNS SETOF text
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN a.id IS NULL THEN NULL ELSE json_build_array(
      a.version, a.status, a.risk_tier, a.owner_id, a.team_id, a.environment, u.path, st.policy_tier,
      m.id, encode(m.hash, 'hex'), m.mutates, m.state,
      s.id, s.taint, s.version, s.ended_at IS NULL,
      p.hash,
      (SELECT json_agg(json_build_array(g.id, g.action, g.expires_at IS NULL OR g.expires_at > muster.now()) ORDER BY g.id)
         FROM workforce.agent_grant g
        WHERE g.tenant_id = (SELECT muster.tenant()) AND g.agent_id = a.id AND g.tool = w.tool
          AND (g.action IS NULL OR g.action = w.action) AND g.revoked_at IS NULL)
    )::text END
    FROM unnest(wanted_agents, wanted_tools, wanted_actions, wanted_sessions) WITH ORDINALITY AS w (agent, tool, action, session, o)
    LEFT JOIN identity.agent a ON a.tenant_id = (SELECT muster.tenant()) AND a.id = w.agent
    LEFT JOIN workforce.org_unit u ON u.tenant_id = (SELECT muster.tenant()) AND u.id = a.team_id
    LEFT JOIN scoring.standing st ON st.tenant_id = (SELECT muster.tenant()) AND st.agent_id = a.id
    LEFT JOIN passport.manifest m ON m.tenant_id = (SELECT muster.tenant()) AND m.tool = w.tool AND m.state IN ('PINNED', 'QUARANTINED')
    LEFT JOIN guard.agent_session s ON s.tenant_id = (SELECT muster.tenant()) AND s.id = w.session AND s.agent_id = a.id
    LEFT JOIN guard.policy_bundle p ON p.tenant_id = (SELECT muster.tenant()) AND p.state = 'active'
   ORDER BY w.o
$$;
REVOKE ALL ON FUNCTION guard.standing(uuid[], text[], text[], uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.standing(uuid[], text[], text[], uuid[]) TO muster_decider;

-- May this verified caller ask about an agent of this team and owner? Scope travels in the caller's own
-- claims and is checked here, in the SQL that decides.
CREATE FUNCTION guard.caller_reaches(caller jsonb, agent uuid, owner uuid, path uuid[]) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN caller->>'agent' IS NOT NULL THEN (caller->>'agent')::uuid = agent
              ELSE coalesce((caller->>'all')::boolean, false) OR (caller->>'sub')::uuid = owner
                   OR path && coalesce(ARRAY(SELECT jsonb_array_elements_text(caller->'units')::uuid), '{}') END
$$;
REVOKE ALL ON FUNCTION guard.caller_reaches(jsonb, uuid, uuid, uuid[]) FROM PUBLIC;

-- When a grant was last used and how often it was refused: for reviews and for the agent's file.
CREATE VIEW guard.published_usage WITH (security_barrier) AS
  SELECT tenant_id, agent_id, tool, action, outcome, decided_at, receipt_id, seq FROM guard.decision;
CREATE VIEW guard.published_approval WITH (security_barrier) AS
  SELECT tenant_id, id, agent_id, status, created_at, expires_at, settled_at, unit_path FROM guard.approval;
CREATE VIEW guard.published_finding WITH (security_barrier) AS
  SELECT tenant_id, id, agent_id, finding_type, severity, status, first_seen, last_seen, unit_path FROM guard.finding;
GRANT USAGE ON SCHEMA guard TO muster_workforce, muster_scoring;
GRANT SELECT ON guard.published_usage, guard.published_approval, guard.published_finding TO muster_workforce;
REVOKE ALL ON FUNCTION guard.taint_falls(), guard.trust_rank(text) FROM PUBLIC;
-- The trigger runs as whoever updates.
GRANT EXECUTE ON FUNCTION guard.trust_rank(text) TO muster_guard;
