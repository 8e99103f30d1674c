-- The ledger (docs/specs/ledger.md). Nobody holds UPDATE, DELETE or TRUNCATE on entries and receipts, and a
-- trigger refuses all three for whoever is not the superuser of the machine.

-- The head of each tenant's chain. Its row lock orders everything that is decided in a tenant.
CREATE TABLE ledger.head (
  tenant_id   uuid PRIMARY KEY,
  origin      text NOT NULL UNIQUE CHECK (origin ~ '^muster\.log/[0-9a-f]{32}$'), -- random, never the slug
  log_epoch   integer NOT NULL DEFAULT 1,
  seq         bigint NOT NULL DEFAULT 0 CHECK (seq >= 0),
  link        bytea NOT NULL CHECK (length(link) = 32),
  occurred_at timestamptz NOT NULL DEFAULT muster.now()
) WITH (fillfactor = 20); -- room for updates in place: this row is written by every commit
CALL muster.wall('ledger.head', 'true');
GRANT SELECT ON ledger.head TO muster_passport;

-- What everybody in a tenant may see and verify: position, leaf, link.
CREATE TABLE ledger.entry (
  tenant_id uuid NOT NULL,
  seq       bigint NOT NULL CHECK (seq > 0),
  leaf      bytea NOT NULL CHECK (length(leaf) = 32),
  link      bytea NOT NULL CHECK (length(link) = 32),
  PRIMARY KEY (tenant_id, seq)
) PARTITION BY RANGE (seq);

-- What happened, for those in whose scope it happened. `body` is canonical JSON of opaque ids, enums, times
-- and salted commitments; `sealed` holds names, reasons and salts under a data key.
CREATE TABLE ledger.receipt (
  tenant_id    uuid NOT NULL,
  seq          bigint NOT NULL CHECK (seq > 0),
  id           uuid NOT NULL,
  type         text NOT NULL,
  subject_type text NOT NULL,
  subject_id   text NOT NULL,
  agent_id     uuid,
  actor_id     uuid NOT NULL,
  unit_path    uuid[] NOT NULL DEFAULT '{}', -- the agent's team and its ancestors, as they were then
  occurred_at  timestamptz NOT NULL,
  body         bytea NOT NULL,
  sealed       bytea,
  PRIMARY KEY (tenant_id, seq)
) PARTITION BY RANGE (seq);
CREATE INDEX receipt_id ON ledger.receipt (tenant_id, id);
CREATE INDEX receipt_agent ON ledger.receipt (tenant_id, agent_id, seq DESC) WHERE agent_id IS NOT NULL;

CREATE TABLE ledger.entry_p0 PARTITION OF ledger.entry FOR VALUES FROM (MINVALUE) TO (50000000);
CREATE TABLE ledger.entry_rest PARTITION OF ledger.entry DEFAULT;
CREATE TABLE ledger.receipt_p0 PARTITION OF ledger.receipt FOR VALUES FROM (MINVALUE) TO (50000000);
CREATE TABLE ledger.receipt_rest PARTITION OF ledger.receipt DEFAULT;

CALL muster.wall('ledger.entry', 'true');
CALL muster.wall('ledger.receipt',
  '(SELECT muster.scope_all()) OR unit_path && (SELECT muster.scope_roots())::uuid[] OR actor_id = (SELECT muster.subject()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])',
  'tenant_id', 'true');
-- Services have no rights on partitions; the walls stand there all the same.
CALL muster.wall('ledger.entry_p0', 'true');
CALL muster.wall('ledger.entry_rest', 'true');
CALL muster.wall('ledger.receipt_p0', 'false', 'tenant_id', 'true');
CALL muster.wall('ledger.receipt_rest', 'false', 'tenant_id', 'true');
GRANT SELECT ON ledger.entry, ledger.receipt TO muster_passport;

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only: % on %.% refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'MU002';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.entry FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.receipt FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.entry FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.receipt FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.entry_p0 FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.entry_rest FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.receipt_p0 FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.receipt_rest FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- The head moves forward only, one log epoch at a time.
CREATE FUNCTION ledger.head_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.seq < OLD.seq OR NEW.tenant_id <> OLD.tenant_id OR NEW.log_epoch < OLD.log_epoch
     OR (NEW.log_epoch = OLD.log_epoch AND NEW.origin <> OLD.origin) THEN
    RAISE EXCEPTION 'the ledger head moves forward only' USING ERRCODE = 'MU002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER head_forward BEFORE UPDATE OR DELETE ON ledger.head FOR EACH ROW EXECUTE FUNCTION ledger.head_forward();

-- Which service may write which receipt: data, so that its diff is reviewed. A type ending in `.*` covers a family.
CREATE TABLE ledger.receipt_type (
  writer name NOT NULL,
  type   text NOT NULL CHECK (type ~ '^[a-z_]+(\.[a-z_]+)+$'),
  PRIMARY KEY (writer, type)
);
ALTER TABLE ledger.receipt_type ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.receipt_type FORCE ROW LEVEL SECURITY;
-- Not tenant data: the same list for everybody, read by the owner's functions, written by migrations only.
CREATE POLICY readable ON ledger.receipt_type FOR SELECT TO PUBLIC USING (true);
CREATE POLICY migrations ON ledger.receipt_type FOR INSERT TO muster_owner WITH CHECK (true);
INSERT INTO ledger.receipt_type (writer, type) VALUES
  ('muster_identity', 'tenant.opened'), ('muster_identity', 'person.added'), ('muster_identity', 'person.left'),
  ('muster_identity', 'session.opened'), ('muster_identity', 'session.closed'), ('muster_identity', 'session.refused'),
  ('muster_identity', 'role.granted'), ('muster_identity', 'role.revoked'),
  ('muster_identity', 'api_key.created'), ('muster_identity', 'api_key.revoked'), ('muster_identity', 'api_key.rotated'),
  ('muster_identity', 'agent.registered'), ('muster_identity', 'agent.changed'), ('muster_identity', 'agent.frozen'),
  ('muster_identity', 'agent.reinstated'), ('muster_identity', 'agent.quarantined'), ('muster_identity', 'agent.revoked'),
  ('muster_identity', 'agent.restricted'),
  ('muster_workforce', 'org_unit.created'), ('muster_workforce', 'org_unit.moved'), ('muster_workforce', 'org_unit.renamed'),
  ('muster_workforce', 'grant.given'), ('muster_workforce', 'grant.revoked'),
  ('muster_workforce', 'transfer.offered'), ('muster_workforce', 'transfer.accepted'), ('muster_workforce', 'transfer.withdrawn'),
  ('muster_workforce', 'review.opened'), ('muster_workforce', 'review.decided'), ('muster_workforce', 'review.signed_off'),
  ('muster_scoring', 'events.ingested'), ('muster_scoring', 'score.tier_changed'),
  ('muster_guard', 'policy.drafted'), ('muster_guard', 'policy.activated'), ('muster_guard', 'policy.archived'),
  ('muster_guard', 'session.started'), ('muster_guard', 'session.tainted'), ('muster_guard', 'session.ended'),
  ('muster_guard', 'approval.vote'), ('muster_guard', 'approval.approved'), ('muster_guard', 'approval.rejected'), ('muster_guard', 'approval.expired'),
  ('muster_guard', 'permit.redeemed'), ('muster_guard', 'permit.refused'), ('muster_guard', 'execution.reported'),
  ('muster_guard', 'finding.opened'), ('muster_guard', 'finding.acknowledged'), ('muster_guard', 'finding.closed'),
  ('muster_decider', 'action.decided'),
  ('muster_decider', 'permit.redeemed'),
  ('muster_passport', 'key.created'), ('muster_passport', 'key.rotated'), ('muster_passport', 'key.retired'), ('muster_passport', 'key.destroyed'),
  ('muster_passport', 'manifest.pinned'), ('muster_passport', 'manifest.quarantined'),
  ('muster_passport', 'log.epoch_opened');

-- Composes one receipt body: canonical JSON (RFC 8785). Keys stand in order, values are quoted by the engine,
-- `data` arrives canonical. What a caller must not choose (actor, request, service, tenant, time) is not a parameter of append().
CREATE FUNCTION ledger.compose(claims jsonb, service text, receipt_id uuid, receipt_type text, subject_type text, subject_id text,
                               policy_hash text, nonce text, data text, at text) RETURNS bytea
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT convert_to('{"actor":{"agent":' || coalesce(to_json(claims->>'agent')::text, 'null')
      || ',"credential":' || to_json(claims->>'cred')::text
      || ',"id":' || to_json(claims->>'sub')::text
      || ',"kind":' || to_json(claims->>'kind')::text
      || '},"data":' || data
      || ',"id":"' || receipt_id::text
      || '","nonce":"' || nonce
      || '","occurredAt":"' || at
      || '","policyHash":' || coalesce('"' || policy_hash || '"', 'null')
      || ',"request":' || to_json(claims->>'rid')::text
      || ',"schema":"muster/receipt/v1","service":"' || service
      || '","subject":{"id":' || to_json(subject_id)::text || ',"type":"' || subject_type
      || '"},"tenant":"' || (claims->>'tenant_id')
      || '","type":"' || receipt_type || '"}', 'UTF8')
$$;
REVOKE ALL ON FUNCTION ledger.compose(jsonb, text, uuid, text, text, text, text, text, text, text) FROM PUBLIC;

-- Locks the tenant's head until commit. INVARIANT (one order): whoever changes what a decision rests on, and
-- whoever decides, takes this lock; what is read after it, in a new statement, is what was committed before.
CREATE FUNCTION ledger.lock_head() RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE at bigint;
BEGIN
  SELECT h.seq INTO at FROM ledger.head h WHERE h.tenant_id = (SELECT muster.tenant()) FOR UPDATE;
  RETURN at;
END $$;
REVOKE ALL ON FUNCTION ledger.lock_head() FROM PUBLIC;

-- Appends receipts for callers that were verified by the function calling this one. Owner only.
-- Arrays are parallel; `callers` are verified claims. Returns the first sequence number.
CREATE FUNCTION ledger.append_verified(callers jsonb[], writer name, ids uuid[], types text[], subject_types text[], subject_ids text[],
                                       agents uuid[], policy_hashes text[], nonces text[], datas text[], sealeds bytea[])
  RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  n       integer := cardinality(ids);
  tenant  uuid := muster.tenant();
  service text := CASE writer WHEN 'muster_decider' THEN 'guard' ELSE substr(writer, 8) END;
  head    record;
  at      timestamptz;
  stamp   text;
  seq     bigint;
  last    bytea;
  body    bytea;
  leaf    bytea;
  bodies  bytea[] := '{}';
  leaves  bytea[] := '{}';
  links   bytea[] := '{}';
  i       integer;
BEGIN
  IF tenant IS NULL THEN RAISE EXCEPTION 'no verified claims' USING ERRCODE = 'MU003'; END IF;
  IF n IS NULL OR n = 0 THEN RETURN NULL; END IF;
  IF cardinality(types) <> n OR cardinality(subject_types) <> n OR cardinality(subject_ids) <> n OR cardinality(agents) <> n
     OR cardinality(policy_hashes) <> n OR cardinality(nonces) <> n OR cardinality(datas) <> n OR cardinality(sealeds) <> n OR cardinality(callers) <> n THEN
    RAISE EXCEPTION 'receipt arrays differ in length' USING ERRCODE = 'MU004';
  END IF;
  SELECT h.seq, h.link, h.occurred_at INTO head FROM ledger.head h WHERE h.tenant_id = tenant FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'this tenant has no ledger' USING ERRCODE = 'MU003'; END IF;
  -- Time never runs backwards in a chain, whatever the machine's clock does.
  at := greatest(muster.now(), head.occurred_at);
  stamp := to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  seq := head.seq;
  last := head.link;
  FOR i IN 1..n LOOP
    IF nonces[i] !~ '^[0-9a-f]{32}$' OR (policy_hashes[i] IS NOT NULL AND policy_hashes[i] !~ '^[0-9a-f]{64}$')
       OR subject_types[i] !~ '^[a-z_]{1,32}$' OR length(subject_ids[i]) > 128
       OR left(datas[i], 1) <> '{' OR jsonb_typeof(datas[i]::jsonb) <> 'object' THEN
      RAISE EXCEPTION 'malformed receipt' USING ERRCODE = 'MU004';
    END IF;
    body := ledger.compose(callers[i], service, ids[i], types[i], subject_types[i], subject_ids[i], policy_hashes[i], nonces[i], datas[i], stamp);
    leaf := sha256('\x00'::bytea || body);
    seq := seq + 1;
    last := sha256('muster/link/v1\012'::bytea || int8send(seq) || last || leaf);
    bodies := array_append(bodies, body);
    leaves := array_append(leaves, leaf);
    links := array_append(links, last);
  END LOOP;
  INSERT INTO ledger.entry (tenant_id, seq, leaf, link)
    SELECT tenant, head.seq + e.o, e.leaf, e.link FROM unnest(leaves, links) WITH ORDINALITY AS e (leaf, link, o);
  INSERT INTO ledger.receipt (tenant_id, seq, id, type, subject_type, subject_id, agent_id, actor_id, unit_path, occurred_at, body, sealed)
    SELECT tenant, head.seq + r.o, r.id, r.type, r.subject_type, r.subject_id, r.agent, (r.caller->>'sub')::uuid,
           coalesce(u.path, '{}'), at, r.body, r.sealed
      FROM unnest(ids, types, subject_types, subject_ids, agents, bodies, sealeds, callers) WITH ORDINALITY
             AS r (id, type, subject_type, subject_id, agent, body, sealed, caller, o)
      LEFT JOIN identity.agent a ON a.tenant_id = tenant AND a.id = r.agent
      LEFT JOIN workforce.org_unit u ON u.tenant_id = tenant AND u.id = a.team_id;
  UPDATE ledger.head h SET seq = head.seq + n, link = last, occurred_at = at WHERE h.tenant_id = tenant;
  RETURN head.seq + 1;
END $$;
REVOKE ALL ON FUNCTION ledger.append_verified(jsonb[], name, uuid[], text[], text[], text[], uuid[], text[], text[], text[], bytea[]) FROM PUBLIC;

-- The one way for a service to write to the ledger. Actor, request id, tenant and service come from the
-- verified claims and the login role; types a role may not write are refused.
CREATE FUNCTION ledger.append(ids uuid[], types text[], subject_types text[], subject_ids text[], agents uuid[],
                              policy_hashes text[], nonces text[], datas text[], sealeds bytea[]) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  caller jsonb := muster.claims();
BEGIN
  IF caller IS NULL THEN RAISE EXCEPTION 'no verified claims' USING ERRCODE = 'MU003'; END IF;
  IF EXISTS (SELECT FROM unnest(types) AS t (type) WHERE NOT EXISTS
      (SELECT FROM ledger.receipt_type k WHERE k.writer = session_user AND k.type = t.type)) THEN
    RAISE EXCEPTION 'this service may not write that receipt' USING ERRCODE = 'MU005';
  END IF;
  RETURN ledger.append_verified(array_fill(caller, ARRAY[cardinality(ids)]), session_user::name, ids, types, subject_types, subject_ids, agents,
                                policy_hashes, nonces, datas, sealeds);
END $$;
REVOKE ALL ON FUNCTION ledger.append(uuid[], text[], text[], text[], uuid[], text[], text[], text[], bytea[]) FROM PUBLIC;
GRANT USAGE ON SCHEMA ledger TO muster_identity, muster_workforce, muster_scoring, muster_guard, muster_decider, muster_gateway, muster_passport;
GRANT EXECUTE ON FUNCTION ledger.append(uuid[], text[], text[], text[], uuid[], text[], text[], text[], bytea[]), ledger.lock_head()
  TO muster_identity, muster_workforce, muster_scoring, muster_guard, muster_passport;

-- Opens a tenant's log. Bootstrap only, like identity.open_tenant().
CREATE FUNCTION ledger.open_log(tenant uuid, log_origin text) RETURNS void
  LANGUAGE sql AS $$
  INSERT INTO ledger.head (tenant_id, origin, link)
    VALUES (tenant, log_origin, sha256('muster/genesis/v1\012'::bytea || convert_to(log_origin, 'UTF8')))
$$;
REVOKE ALL ON FUNCTION ledger.open_log(uuid, text) FROM PUBLIC;

-- Signed tree heads (C2SP tlog-checkpoint). `frontier` is the compact range at that size, so that the next
-- one starts there.
CREATE TABLE ledger.checkpoint (
  tenant_id  uuid NOT NULL,
  size       bigint NOT NULL CHECK (size >= 0),
  root       bytea NOT NULL CHECK (length(root) = 32),
  link       bytea NOT NULL CHECK (length(link) = 32),
  note       text NOT NULL,
  key_id     uuid NOT NULL,
  frontier   bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT muster.now(),
  PRIMARY KEY (tenant_id, size)
);
CALL muster.wall('ledger.checkpoint', 'true');
GRANT SELECT, INSERT ON ledger.checkpoint TO muster_passport;
CREATE FUNCTION ledger.checkpoint_forward() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM ledger.checkpoint c WHERE c.tenant_id = NEW.tenant_id AND c.size >= NEW.size) THEN
    RAISE EXCEPTION 'a checkpoint never goes back' USING ERRCODE = 'MU006';
  END IF;
  IF NOT EXISTS (SELECT FROM ledger.head h WHERE h.tenant_id = NEW.tenant_id AND h.seq >= NEW.size) THEN
    RAISE EXCEPTION 'a checkpoint beyond the head' USING ERRCODE = 'MU006';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION ledger.checkpoint_forward() FROM PUBLIC;
CREATE TRIGGER forward BEFORE INSERT ON ledger.checkpoint FOR EACH ROW EXECUTE FUNCTION ledger.checkpoint_forward();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.checkpoint FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- Full hash tiles of the Merkle tree (C2SP tlog-tiles, height 8): complete ones only, so they never change.
CREATE TABLE ledger.tile (
  tenant_id uuid NOT NULL,
  level     integer NOT NULL CHECK (level BETWEEN 0 AND 7),
  index     bigint NOT NULL CHECK (index >= 0),
  hashes    bytea NOT NULL CHECK (length(hashes) = 8192),
  PRIMARY KEY (tenant_id, level, index)
);
CALL muster.wall('ledger.tile', 'true');
GRANT SELECT, INSERT ON ledger.tile TO muster_passport;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.tile FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.tile FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- Receipts and head for other services: who may see what is decided by the policies above.
CREATE VIEW ledger.published_receipt WITH (security_barrier) AS
  SELECT tenant_id, seq, id, type, subject_type, subject_id, agent_id, occurred_at, body, sealed FROM ledger.receipt;
CREATE VIEW ledger.published_head WITH (security_barrier) AS SELECT tenant_id, origin, seq, link FROM ledger.head;
GRANT SELECT ON ledger.published_receipt TO muster_identity, muster_workforce, muster_guard, muster_scoring, muster_gateway;
GRANT SELECT ON ledger.published_head TO muster_gateway;

-- Which tenant a public origin belongs to: asked before a tenant is known.
GRANT USAGE, CREATE ON SCHEMA ledger TO muster_door;
CREATE TABLE ledger.door_origin (origin text PRIMARY KEY, tenant_id uuid NOT NULL);
ALTER TABLE ledger.door_origin ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.door_origin FORCE ROW LEVEL SECURITY;
CREATE POLICY door_only ON ledger.door_origin FOR ALL TO muster_door USING (true) WITH CHECK (true);
CREATE FUNCTION ledger.keep_door() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO ledger.door_origin (origin, tenant_id) VALUES (NEW.origin, NEW.tenant_id) ON CONFLICT (origin) DO NOTHING;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION ledger.keep_door() FROM PUBLIC;
CREATE TRIGGER keep_door AFTER INSERT OR UPDATE OF origin ON ledger.head FOR EACH ROW EXECUTE FUNCTION ledger.keep_door();
CREATE FUNCTION ledger.tenant_of_origin(wanted text) RETURNS uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
  $$ SELECT d.tenant_id FROM ledger.door_origin d WHERE d.origin = wanted $$;
REVOKE ALL ON FUNCTION ledger.tenant_of_origin(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.tenant_of_origin(text) TO muster_gateway;
REVOKE ALL ON FUNCTION ledger.refuse_change(), ledger.head_forward() FROM PUBLIC;

-- Handed over last: from here on only the narrow role itself could change them.
ALTER TABLE ledger.door_origin OWNER TO muster_door;
ALTER FUNCTION ledger.keep_door() OWNER TO muster_door;
ALTER FUNCTION ledger.tenant_of_origin(text) OWNER TO muster_door;
REVOKE CREATE ON SCHEMA ledger FROM muster_door;
