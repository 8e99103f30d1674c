-- The hierarchy without ghosts, transfers that are offered by who has the agent, and first grants that are first.

-- A row's place in the closure is written after the row, from its path. Written before, it stayed behind when the
-- row was not: `ON CONFLICT DO NOTHING` runs BEFORE triggers and then skips. And a child written before its parent
-- in one statement, which the foreign key allows, was closed as if it stood at the top.
CREATE OR REPLACE FUNCTION workforce.keep_hierarchy() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Whoever comes without the lock gets it here, and every statement below sees what was committed before.
  PERFORM workforce.lock_hierarchy();
  IF TG_OP = 'INSERT' THEN
    NEW.path := ARRAY[NEW.id];
    IF NEW.parent_id IS NOT NULL THEN
      SELECT NEW.id || u.path INTO NEW.path FROM workforce.org_unit u WHERE u.tenant_id = NEW.tenant_id AND u.id = NEW.parent_id;
      IF NOT FOUND THEN RAISE EXCEPTION 'no such parent' USING ERRCODE = 'MU013'; END IF;
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.parent_id IS DISTINCT FROM OLD.parent_id THEN
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
  END IF;
  -- Always from the closure: kept at its old value for an unchanged parent, it would undo renew_paths().
  NEW.path := ARRAY(SELECT c.ancestor_id FROM workforce.org_closure c
                     WHERE c.tenant_id = NEW.tenant_id AND c.descendant_id = NEW.id ORDER BY c.depth);
  RETURN NEW;
END $$;

CREATE FUNCTION workforce.close_unit() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO workforce.org_closure (tenant_id, ancestor_id, descendant_id, depth)
    SELECT NEW.tenant_id, a.id, NEW.id, a.o - 1 FROM unnest(NEW.path) WITH ORDINALITY AS a (id, o);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION workforce.close_unit() FROM PUBLIC;
CREATE TRIGGER close_unit AFTER INSERT ON workforce.org_unit FOR EACH ROW EXECUTE FUNCTION workforce.close_unit();

-- One policy for all commands let the receiving side write an offer of an agent it does not see, to itself, and
-- accept it. Now: both sides and who offered may read; who sees the agent offers, in their own name; either side
-- settles an open offer, and never as accepted, which only the mover writes.
DROP POLICY access_scope ON workforce.transfer_offer;
CREATE POLICY access_scope ON workforce.transfer_offer FOR SELECT TO PUBLIC USING (
  (SELECT muster.scope_all()) OR offered_by = (SELECT muster.subject())
  OR from_team_id = ANY ((SELECT muster.scope_units())::uuid[]) OR to_team_id = ANY ((SELECT muster.scope_units())::uuid[]));
CREATE POLICY offer ON workforce.transfer_offer FOR INSERT TO PUBLIC WITH CHECK (
  status = 'OFFERED' AND offered_by = (SELECT muster.subject())
  AND ((SELECT muster.scope_all()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])));
CREATE POLICY settle ON workforce.transfer_offer FOR UPDATE TO PUBLIC
  USING (status = 'OFFERED' AND ((SELECT muster.scope_all()) OR offered_by = (SELECT muster.subject())
         OR from_team_id = ANY ((SELECT muster.scope_units())::uuid[]) OR to_team_id = ANY ((SELECT muster.scope_units())::uuid[])))
  WITH CHECK (status IN ('WITHDRAWN', 'EXPIRED'));

-- First grants only: a row's last writer is not its first, so an agent that an update had touched in the same
-- transaction passed for a new one. Now it must have no grant yet either.
CREATE OR REPLACE FUNCTION workforce.grant_initial(wanted_agent uuid, ids uuid[], tools text[], actions text[], expiries timestamptz[])
  RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT (muster.may('agents:write') AND muster.may('grants:write')) THEN
    RAISE EXCEPTION 'this credential may not give grants' USING ERRCODE = 'MU005';
  END IF;
  IF cardinality(tools) <> cardinality(ids) OR cardinality(actions) <> cardinality(ids) OR cardinality(expiries) <> cardinality(ids) THEN
    RAISE EXCEPTION 'grant arrays differ in length' USING ERRCODE = 'MU004';
  END IF;
  -- Read under the caller's claims (the owner is under forced policies): a hidden agent is no agent.
  IF NOT EXISTS (SELECT FROM identity.agent a
                  WHERE a.tenant_id = (SELECT muster.tenant()) AND a.id = wanted_agent AND a.version = 1
                    AND a.xmin = pg_current_xact_id()::xid)
     OR EXISTS (SELECT FROM workforce.agent_grant g WHERE g.tenant_id = (SELECT muster.tenant()) AND g.agent_id = wanted_agent) THEN
    RAISE EXCEPTION 'not an agent of this registration' USING ERRCODE = 'MU005';
  END IF;
  INSERT INTO workforce.agent_grant (tenant_id, id, agent_id, tool, action, granted_by, expires_at)
    SELECT muster.tenant(), g.id, wanted_agent, g.tool, g.action, muster.subject(), g.expires_at
      FROM unnest(ids, tools, actions, expiries) AS g (id, tool, action, expires_at);
END $$;
