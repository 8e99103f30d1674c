-- The hierarchy under concurrent change, and its paths for those who stamp.

-- Changes of one tenant's hierarchy happen one at a time: two moves that each close half of a cycle would
-- otherwise both pass. Held until commit; taken before any row, so that it cannot be part of a deadlock.
CREATE FUNCTION workforce.lock_hierarchy() RETURNS void
  LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS
  $$ SELECT pg_advisory_xact_lock(hashtextextended('muster/hierarchy/' || muster.tenant()::text, 0)) $$;
REVOKE ALL ON FUNCTION workforce.lock_hierarchy() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workforce.lock_hierarchy() TO muster_workforce;

-- Replaces the ground's version: the path always follows the closure. Kept at its old value for an unchanged
-- parent, it undid what renew_paths() wrote to the units below a moved one.
CREATE OR REPLACE FUNCTION workforce.keep_hierarchy() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Whoever comes without the lock gets it here, and every statement below sees what was committed before.
  PERFORM workforce.lock_hierarchy();
  IF TG_OP = 'INSERT' THEN
    INSERT INTO workforce.org_closure (tenant_id, ancestor_id, descendant_id, depth)
      SELECT NEW.tenant_id, NEW.id, NEW.id, 0
      UNION ALL
      SELECT NEW.tenant_id, c.ancestor_id, NEW.id, c.depth + 1 FROM workforce.org_closure c
       WHERE c.tenant_id = NEW.tenant_id AND c.descendant_id = NEW.parent_id;
  ELSIF NEW.parent_id IS DISTINCT FROM OLD.parent_id THEN
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
  NEW.path := ARRAY(SELECT c.ancestor_id FROM workforce.org_closure c
                     WHERE c.tenant_id = NEW.tenant_id AND c.descendant_id = NEW.id ORDER BY c.depth);
  RETURN NEW;
END $$;

-- A unit's path whoever asks: an agent's own key does not see units, yet what it reports is stamped with
-- where it happened. Opaque ids of the caller's own tenant, for stamps only; names stay behind the policies.
CREATE FUNCTION workforce.unit_paths(wanted uuid[]) RETURNS TABLE (unit_id uuid, path uuid[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.descendant_id, array_agg(c.ancestor_id ORDER BY c.depth)
    FROM workforce.org_closure c
   WHERE c.tenant_id = (SELECT muster.tenant()) AND c.descendant_id = ANY (wanted)
   GROUP BY c.descendant_id
$$;
REVOKE ALL ON FUNCTION workforce.unit_paths(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workforce.unit_paths(uuid[]) TO muster_scoring;

-- Grants are listed by agent, offers by team.
CREATE INDEX agent_grant_agent ON workforce.agent_grant (tenant_id, agent_id, granted_at DESC, id DESC);
CREATE INDEX transfer_offer_list ON workforce.transfer_offer (tenant_id, offered_at DESC, id DESC);
-- What a grant or an offer says never changes after it was made; only how it ended does.
REVOKE UPDATE ON workforce.agent_grant, workforce.transfer_offer FROM muster_workforce;
GRANT UPDATE (revoked_at, revoked_by, version) ON workforce.agent_grant TO muster_workforce;
GRANT UPDATE (status, settled_at, settled_by) ON workforce.transfer_offer TO muster_workforce;
-- Units are renamed and moved; nothing deletes one, whose id stands in stamps for ever.
REVOKE UPDATE, DELETE ON workforce.org_unit FROM muster_workforce;
GRANT UPDATE (parent_id, name, version) ON workforce.org_unit TO muster_workforce;
