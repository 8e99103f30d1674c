-- Incidents group findings: one open at a time for an agent, or for a credential where no agent is concerned.

-- How many incidents a tenant has had, so that each gets a number people can say. A row of its own, because a
-- caller of a narrow scope does not see all incidents and could not count them.
CREATE TABLE guard.incident_count (
  tenant_id uuid PRIMARY KEY,
  last      integer NOT NULL CHECK (last > 0)
);
CALL muster.wall('guard.incident_count', 'true');
-- Counted by the trigger below alone.
GRANT SELECT ON guard.incident_count TO muster_guard;

CREATE TABLE guard.incident (
  tenant_id    uuid NOT NULL,
  id           uuid NOT NULL,
  number       integer NOT NULL,
  agent_id     uuid,
  group_key    text NOT NULL,             -- whose findings come together here
  severity     text NOT NULL CHECK (severity IN ('info', 'low', 'medium', 'high', 'critical')), -- the worst of its findings
  status       text NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'CLOSED')),
  unit_path    uuid[] NOT NULL,
  opened_at    timestamptz NOT NULL DEFAULT muster.now(),
  closed_at    timestamptz,
  closed_by    uuid,
  close_reason text,
  version      integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  CHECK ((status = 'CLOSED') = (closed_at IS NOT NULL))
);
CREATE UNIQUE INDEX incident_open ON guard.incident (tenant_id, group_key) WHERE status = 'OPEN';
CREATE INDEX incident_list ON guard.incident (tenant_id, opened_at DESC, id DESC);
CREATE INDEX incident_agent ON guard.incident (tenant_id, agent_id, opened_at DESC);
CALL muster.wall('guard.incident',
  '(SELECT muster.scope_all()) OR unit_path && (SELECT muster.scope_roots())::uuid[] OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])');
-- Opened by guard.join_incident() alone; the service can only close one.
GRANT SELECT, UPDATE (status, closed_at, closed_by, close_reason, version) ON guard.incident TO muster_guard;
CREATE TRIGGER keep_id AFTER INSERT ON guard.incident FOR EACH ROW EXECUTE FUNCTION identity.keep_id();

CREATE FUNCTION guard.number_incident() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO guard.incident_count AS c (tenant_id, last) VALUES (NEW.tenant_id, 1)
    ON CONFLICT (tenant_id) DO UPDATE SET last = c.last + 1 RETURNING c.last INTO NEW.number;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION guard.number_incident() FROM PUBLIC;
CREATE TRIGGER number_incident BEFORE INSERT ON guard.incident FOR EACH ROW EXECUTE FUNCTION guard.number_incident();

-- INVARIANT (closed stays closed): what comes later is another incident.
CREATE FUNCTION guard.incident_stays_closed() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'what was settled stays settled' USING ERRCODE = 'MU011';
END $$;
REVOKE ALL ON FUNCTION guard.incident_stays_closed() FROM PUBLIC;
CREATE TRIGGER incident_stays_closed BEFORE UPDATE ON guard.incident
  FOR EACH ROW WHEN (OLD.status = 'CLOSED' AND OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION guard.incident_stays_closed();

ALTER TABLE guard.finding
  ADD COLUMN incident_id uuid,
  ADD COLUMN assignee_id uuid,
  ADD COLUMN tags text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 20),
  ADD COLUMN closed_at timestamptz,
  ADD FOREIGN KEY (tenant_id, incident_id) REFERENCES guard.incident (tenant_id, id);
GRANT UPDATE (assignee_id, tags, closed_at) ON guard.finding TO muster_guard;
CREATE INDEX finding_incident ON guard.finding (tenant_id, incident_id) WHERE incident_id IS NOT NULL;
CREATE INDEX finding_agent ON guard.finding (tenant_id, agent_id, last_seen DESC);
-- "Seen before": what was closed under the same key.
CREATE INDEX finding_before ON guard.finding (tenant_id, dedupe_key, closed_at DESC) WHERE status = 'CLOSED';

-- Puts a finding of severity high or critical into the open incident it belongs to, or opens one. In the commit that
-- raises the finding, whose receipts the caller appends. Definer, for the count and so that nobody else opens or
-- fills incidents; under the forced policies, so that only a finding in the caller's sight can be put anywhere.
-- No row when the finding calls for no incident or has one.
CREATE FUNCTION guard.join_incident(raised uuid, new_incident uuid) RETURNS TABLE (incident uuid, opened boolean)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  tenant uuid := muster.tenant();
  f      record;
  place  text;
  found_id uuid;
BEGIN
  SELECT x.agent_id, x.severity, x.dedupe_key, x.unit_path INTO f FROM guard.finding x
   WHERE x.tenant_id = tenant AND x.id = raised AND x.severity IN ('high', 'critical') AND x.status <> 'CLOSED' AND x.incident_id IS NULL;
  IF NOT FOUND THEN RETURN; END IF;
  place := coalesce('agent/' || f.agent_id, f.dedupe_key);
  opened := false;
  SELECT i.id INTO found_id FROM guard.incident i WHERE i.tenant_id = tenant AND i.group_key = place AND i.status = 'OPEN' FOR UPDATE;
  IF NOT FOUND THEN
    -- Two that would open the same incident go one after the other; the second looks again.
    PERFORM pg_advisory_xact_lock(hashtextextended('guard.incident/' || tenant || '/' || place, 0));
    SELECT i.id INTO found_id FROM guard.incident i WHERE i.tenant_id = tenant AND i.group_key = place AND i.status = 'OPEN' FOR UPDATE;
    IF NOT FOUND THEN
      INSERT INTO guard.incident (tenant_id, id, agent_id, group_key, severity, unit_path)
        VALUES (tenant, new_incident, f.agent_id, place, f.severity,
                coalesce((SELECT array_agg(c.ancestor_id ORDER BY c.depth) FROM identity.agent a
                            JOIN workforce.org_closure c ON c.tenant_id = tenant AND c.descendant_id = a.team_id
                           WHERE a.tenant_id = tenant AND a.id = f.agent_id), f.unit_path));
      found_id := new_incident;
      opened := true;
    END IF;
  END IF;
  UPDATE guard.finding x SET incident_id = found_id, version = x.version + 1 WHERE x.tenant_id = tenant AND x.id = raised;
  IF NOT opened THEN
    UPDATE guard.incident i SET severity = CASE WHEN f.severity = 'critical' THEN f.severity ELSE i.severity END, version = i.version + 1
     WHERE i.tenant_id = tenant AND i.id = found_id;
  END IF;
  incident := found_id;
  RETURN NEXT;
END $$;
REVOKE ALL ON FUNCTION guard.join_incident(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.join_incident(uuid, uuid) TO muster_guard;

-- As before, and the finding joins an incident: here it is the credential's, no agent being concerned.
-- Ids and nonces are given in pairs: of the finding's receipt, and of the incident's.
DROP FUNCTION guard.report_reach(text, uuid[], uuid, uuid, text);
CREATE FUNCTION guard.report_reach(handover text, wanted uuid[], new_finding uuid, new_incident uuid, new_receipts uuid[], nonces text[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  caller jsonb;
  raised uuid;
  joined record;
BEGIN
  PERFORM set_config('request.jwt.claims', handover, true);
  caller := muster.claims();
  IF caller IS NULL THEN RAISE EXCEPTION 'no verified claims' USING ERRCODE = 'MU003'; END IF;
  IF NOT identity.belongs_elsewhere(wanted) THEN RETURN false; END IF;
  INSERT INTO guard.finding AS f (tenant_id, id, finding_type, severity, dedupe_key, summary, unit_path)
    VALUES ((caller->>'tenant_id')::uuid, new_finding, 'isolation.foreign_reach', 'high', 'isolation.foreign_reach/' || (caller->>'cred'),
            'a credential asked for what belongs to another tenant', '{}')
    ON CONFLICT (tenant_id, dedupe_key) WHERE status <> 'CLOSED'
    DO UPDATE SET count = f.count + 1, last_seen = muster.now(), version = f.version + 1
    RETURNING f.id INTO raised;
  IF raised = new_finding THEN
    SELECT j.incident, j.opened INTO joined FROM guard.join_incident(new_finding, new_incident) j;
    PERFORM ledger.append_verified(ARRAY[caller, caller], 'muster_guard', new_receipts[1:2],
      ARRAY['finding.opened', CASE WHEN joined.opened THEN 'incident.opened' ELSE 'incident.finding_added' END],
      ARRAY['finding'::text, 'incident'], ARRAY[new_finding::text, joined.incident::text],
      ARRAY[NULL, NULL]::uuid[], ARRAY[NULL, NULL]::text[], nonces[1:2],
      ARRAY['{"evidence":null,"rule":1,"severity":"high","type":"isolation.foreign_reach"}',
            '{"finding":"' || new_finding::text || '","severity":"high"}'], ARRAY[NULL, NULL]::bytea[]);
  END IF;
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION guard.report_reach(text, uuid[], uuid, uuid, uuid[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.report_reach(text, uuid[], uuid, uuid, uuid[], text[]) TO muster_decider;

-- For the workforce's roll-up. Open until an analyst closes it, whether or not its agent is contained by then.
CREATE VIEW guard.published_incident WITH (security_barrier) AS
  SELECT tenant_id, id, number, agent_id, severity, status, opened_at, closed_at, unit_path FROM guard.incident;
GRANT SELECT ON guard.published_incident TO muster_workforce;
