-- Workforce: the company above its agents (spec/004 §3, §8) and what each agent may use.

GRANT USAGE ON SCHEMA workforce TO muster_workforce;

-- Departments and teams of a tenant, nested to any depth.
CREATE TABLE workforce.org_unit (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  parent_id  uuid,                       -- NULL = top of the tenant
  kind       text NOT NULL CHECK (kind IN ('department', 'team')),
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  -- The unit itself, then its ancestors up to the top: copied onto every row about an act, so that the
  -- act stays where it happened when the unit moves. Kept by trigger, never written by a service.
  path       uuid[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT muster.now(),
  version    integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  -- Two units of one name under one parent would be told apart by nobody.
  UNIQUE NULLS NOT DISTINCT (tenant_id, parent_id, name),
  FOREIGN KEY (tenant_id, parent_id) REFERENCES workforce.org_unit (tenant_id, id)
);

-- Transitive closure of the hierarchy, so that a subtree is one indexed look-up.
CREATE TABLE workforce.org_closure (
  tenant_id     uuid NOT NULL,
  ancestor_id   uuid NOT NULL,
  descendant_id uuid NOT NULL,
  depth         integer NOT NULL CHECK (depth >= 0),
  PRIMARY KEY (tenant_id, ancestor_id, descendant_id)
);
CREATE INDEX org_closure_descendant ON workforce.org_closure (tenant_id, descendant_id);

CALL muster.wall('workforce.org_unit',
  '(SELECT muster.scope_all()) OR id = ANY ((SELECT muster.scope_units())::uuid[])',
  'tenant_id',
  -- A new unit may only hang below a unit in scope: foreign keys do not ask row-level security.
  '(SELECT muster.scope_all()) OR parent_id = ANY ((SELECT muster.scope_units())::uuid[])');
-- The closure has only the tenant wall: the scope is computed from it, and a policy on it would recurse.
CALL muster.wall('workforce.org_closure', 'true');

GRANT SELECT, INSERT, UPDATE, DELETE ON workforce.org_unit TO muster_workforce;
-- Read only: the trigger below keeps it. No INSERT, UPDATE or DELETE for any service.
GRANT SELECT ON workforce.org_closure TO muster_workforce;

-- Keeps closure and path, and refuses a cycle. Definer, so that services need no right to write the
-- closure; the owner is under the same tenant wall as everybody.
CREATE FUNCTION workforce.keep_hierarchy() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO workforce.org_closure (tenant_id, ancestor_id, descendant_id, depth)
      SELECT NEW.tenant_id, NEW.id, NEW.id, 0
      UNION ALL
      SELECT NEW.tenant_id, c.ancestor_id, NEW.id, c.depth + 1 FROM workforce.org_closure c
       WHERE c.tenant_id = NEW.tenant_id AND c.descendant_id = NEW.parent_id;
    NEW.path := ARRAY(SELECT c.ancestor_id FROM workforce.org_closure c
                       WHERE c.tenant_id = NEW.tenant_id AND c.descendant_id = NEW.id ORDER BY c.depth);
    RETURN NEW;
  END IF;
  IF NEW.parent_id IS NOT DISTINCT FROM OLD.parent_id THEN
    NEW.path := OLD.path;
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT FROM workforce.org_closure c WHERE c.tenant_id = NEW.tenant_id
              AND c.ancestor_id = NEW.id AND c.descendant_id = NEW.parent_id) THEN
    RAISE EXCEPTION 'org unit would stand below itself' USING ERRCODE = 'MU001';
  END IF;
  DELETE FROM workforce.org_closure c
   WHERE c.tenant_id = NEW.tenant_id
     AND c.descendant_id IN (SELECT d.descendant_id FROM workforce.org_closure d WHERE d.tenant_id = NEW.tenant_id AND d.ancestor_id = NEW.id)
     AND c.ancestor_id NOT IN (SELECT d.descendant_id FROM workforce.org_closure d WHERE d.tenant_id = NEW.tenant_id AND d.ancestor_id = NEW.id);
  INSERT INTO workforce.org_closure (tenant_id, ancestor_id, descendant_id, depth)
    SELECT NEW.tenant_id, up.ancestor_id, down.descendant_id, up.depth + down.depth + 1
      FROM workforce.org_closure up, workforce.org_closure down
     WHERE up.tenant_id = NEW.tenant_id AND up.descendant_id = NEW.parent_id
       AND down.tenant_id = NEW.tenant_id AND down.ancestor_id = NEW.id;
  NEW.path := ARRAY(SELECT c.ancestor_id FROM workforce.org_closure c
                     WHERE c.tenant_id = NEW.tenant_id AND c.descendant_id = NEW.id ORDER BY c.depth);
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION workforce.keep_hierarchy() FROM PUBLIC;
CREATE TRIGGER keep_hierarchy BEFORE INSERT OR UPDATE ON workforce.org_unit
  FOR EACH ROW EXECUTE FUNCTION workforce.keep_hierarchy();

-- After a move the paths of everything below are renewed too.
CREATE FUNCTION workforce.renew_paths() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE workforce.org_unit u SET path = ARRAY(SELECT c.ancestor_id FROM workforce.org_closure c
      WHERE c.tenant_id = u.tenant_id AND c.descendant_id = u.id ORDER BY c.depth)
   WHERE u.tenant_id = NEW.tenant_id AND u.id <> NEW.id
     AND u.id IN (SELECT c.descendant_id FROM workforce.org_closure c WHERE c.tenant_id = NEW.tenant_id AND c.ancestor_id = NEW.id);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION workforce.renew_paths() FROM PUBLIC;
CREATE TRIGGER renew_paths AFTER UPDATE OF parent_id ON workforce.org_unit
  FOR EACH ROW WHEN (NEW.parent_id IS DISTINCT FROM OLD.parent_id) EXECUTE FUNCTION workforce.renew_paths();

-- Explicit least-privilege grants: a tool, and one action of it or all (action NULL). Everything else is denied.
CREATE TABLE workforce.agent_grant (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  agent_id   uuid NOT NULL,              -- identity owns agents: the policy below demands a visible one
  tool       text NOT NULL CHECK (length(tool) BETWEEN 1 AND 200),
  action     text CHECK (length(action) BETWEEN 1 AND 200),
  granted_by uuid NOT NULL,
  granted_at timestamptz NOT NULL DEFAULT muster.now(),
  expires_at timestamptz,                -- NULL = until revoked; denies from its instant on
  revoked_at timestamptz,
  revoked_by uuid,
  version    integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id)
);
-- One live grant for one (agent, tool, action); revoked ones stay as history.
CREATE UNIQUE INDEX agent_grant_live ON workforce.agent_grant (tenant_id, agent_id, tool, action) NULLS NOT DISTINCT
  WHERE revoked_at IS NULL;

CALL muster.wall('workforce.agent_grant',
  '(SELECT muster.scope_all()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])');
-- No DELETE: a grant is revoked, never erased.
GRANT SELECT, INSERT, UPDATE ON workforce.agent_grant TO muster_workforce;

-- An agent offered by one team to another. Both sides see the offer; only the mover changes the team.
CREATE TABLE workforce.transfer_offer (
  tenant_id    uuid NOT NULL,
  id           uuid NOT NULL,
  agent_id     uuid NOT NULL,
  from_team_id uuid NOT NULL,
  to_team_id   uuid NOT NULL,
  offered_by   uuid NOT NULL,
  offered_at   timestamptz NOT NULL DEFAULT muster.now(),
  expires_at   timestamptz NOT NULL,
  status       text NOT NULL DEFAULT 'OFFERED' CHECK (status IN ('OFFERED', 'ACCEPTED', 'WITHDRAWN', 'EXPIRED')),
  settled_at   timestamptz,
  settled_by   uuid,
  PRIMARY KEY (tenant_id, id),
  CHECK (from_team_id <> to_team_id)
);
-- One open offer an agent.
CREATE UNIQUE INDEX transfer_offer_open ON workforce.transfer_offer (tenant_id, agent_id) WHERE status = 'OFFERED';
CALL muster.wall('workforce.transfer_offer',
  '(SELECT muster.scope_all()) OR from_team_id = ANY ((SELECT muster.scope_units())::uuid[]) OR to_team_id = ANY ((SELECT muster.scope_units())::uuid[])',
  'tenant_id',
  -- Only who sees the agent may offer it.
  '(SELECT muster.scope_all()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[]) OR to_team_id = ANY ((SELECT muster.scope_units())::uuid[])');
GRANT SELECT, INSERT, UPDATE ON workforce.transfer_offer TO muster_workforce;

-- What other services may read. Barrier views owned by the forced-RLS owner: the caller's claims still apply.
CREATE VIEW workforce.published_unit WITH (security_barrier) AS
  SELECT tenant_id, id, parent_id, kind, name, path FROM workforce.org_unit;
CREATE VIEW workforce.published_grant WITH (security_barrier) AS
  SELECT tenant_id, id, agent_id, tool, action, granted_by, granted_at, expires_at, revoked_at, version FROM workforce.agent_grant;
GRANT USAGE ON SCHEMA workforce TO muster_identity, muster_guard, muster_decider, muster_scoring, muster_passport, muster_gateway;
GRANT SELECT ON workforce.published_unit TO muster_identity, muster_guard, muster_scoring, muster_passport;
GRANT SELECT ON workforce.published_grant TO muster_guard, muster_identity;
