-- Every agent leads to a team and to a person, and the engine says so.
--
-- The ground let a caller with the whole tenant in scope write any uuid as a
-- team, a home unit or a key's agent. Now each must be in the caller's sight.
-- And whoever sees an agent sees who answers for it, wherever that person's
-- home unit is.

-- Foreign keys do not cross a service (docs/decisions/0006), so each policy demands that the unit is visible.
-- The mover's own policy settles its updates; it must be able to ask the question all the same.
GRANT SELECT ON workforce.published_unit TO muster_mover;
ALTER POLICY access_scope ON identity.agent WITH CHECK (
  ((SELECT muster.scope_all()) OR team_id = ANY ((SELECT muster.scope_units())::uuid[]))
  AND EXISTS (SELECT FROM workforce.published_unit u WHERE u.tenant_id = agent.tenant_id AND u.id = agent.team_id));
ALTER POLICY access_scope ON identity.person WITH CHECK (
  ((SELECT muster.scope_all()) OR id = (SELECT muster.subject()) OR unit_id = ANY ((SELECT muster.scope_units())::uuid[]))
  AND (unit_id IS NULL
       OR EXISTS (SELECT FROM workforce.published_unit u WHERE u.tenant_id = person.tenant_id AND u.id = person.unit_id)));
ALTER POLICY access_scope ON identity.api_key WITH CHECK (
  ((SELECT muster.scope_all()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])
   OR unit_id = ANY ((SELECT muster.scope_units())::uuid[]))
  AND (unit_id IS NULL
       OR EXISTS (SELECT FROM workforce.published_unit u WHERE u.tenant_id = api_key.tenant_id AND u.id = api_key.unit_id)));
-- Keys and agents are one service's. No oracle: a key for an agent out of scope fails the policy before the reference is looked at.
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_agent_exists
  FOREIGN KEY (tenant_id, agent_id) REFERENCES identity.agent (tenant_id, id);
-- A key is one agent's, or one subtree's, or the tenant's: both together would be wider than either.
ALTER TABLE identity.api_key ADD CONSTRAINT api_key_one_binding CHECK (agent_id IS NULL OR unit_id IS NULL);

-- The people who answer for the agents in sight. A function, so that the policy on people does not
-- recurse through the policy on agents; definer, under the same forced policies as everybody.
CREATE FUNCTION identity.scope_owners() RETURNS uuid[]
  LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN coalesce((SELECT array_agg(DISTINCT a.owner_id) FROM identity.agent a WHERE a.tenant_id = (SELECT muster.tenant())), '{}');
END $$;
REVOKE ALL ON FUNCTION identity.scope_owners() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.scope_owners() TO muster_identity;
-- Reading only: seeing who answers for an agent is no right to change that person.
-- Inside a CASE, which no index serves and no order of policies changes: people whom the policy above shows are
-- left to it, and only for the others is there a walk over the agents in sight.
CREATE POLICY answers_for_agent ON identity.person AS PERMISSIVE FOR SELECT TO PUBLIC
  USING (CASE WHEN (SELECT muster.scope_all()) OR id = (SELECT muster.subject()) OR unit_id = ANY ((SELECT muster.scope_units())::uuid[])
              THEN false
              ELSE id = ANY ((SELECT identity.scope_owners())::uuid[]) END);

-- Nobody gets a password or a role from somebody who cannot see them.
ALTER POLICY access_scope ON identity.password WITH CHECK (
  person_id = (SELECT muster.subject())
  OR (SELECT muster.may('people:write'))
     AND EXISTS (SELECT FROM identity.person p WHERE p.tenant_id = password.tenant_id AND p.id = password.person_id));
ALTER POLICY access_scope ON identity.role_binding WITH CHECK (
  ((SELECT muster.scope_all()) OR unit_id = ANY ((SELECT muster.scope_units())::uuid[]))
  AND (unit_id IS NULL
       OR EXISTS (SELECT FROM workforce.published_unit u WHERE u.tenant_id = role_binding.tenant_id AND u.id = role_binding.unit_id))
  AND EXISTS (SELECT FROM identity.person p WHERE p.tenant_id = role_binding.tenant_id AND p.id = role_binding.person_id));

-- The same for an agent's owner, who must be with the company still. A trigger and not a policy: a policy on
-- agents that read people would recurse, and the mover, who changes teams, may not read people at all.
-- Invoker's rights on purpose. AFTER, so that it reads when the foreign key has waited for a leaver's commit.
CREATE FUNCTION identity.owner_in_sight() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM identity.person p
                  WHERE p.tenant_id = NEW.tenant_id AND p.id = NEW.owner_id AND p.status = 'ACTIVE') THEN
    RAISE EXCEPTION 'no such owner' USING ERRCODE = 'MU012';
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION identity.owner_in_sight() FROM PUBLIC;
CREATE TRIGGER owner_in_sight AFTER INSERT ON identity.agent
  FOR EACH ROW EXECUTE FUNCTION identity.owner_in_sight();
CREATE TRIGGER new_owner_in_sight AFTER UPDATE OF owner_id ON identity.agent
  FOR EACH ROW WHEN (NEW.owner_id <> OLD.owner_id) EXECUTE FUNCTION identity.owner_in_sight();

-- A revoked agent stays revoked, whatever a service believes.
CREATE FUNCTION identity.revoked_is_final() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a revoked agent stays revoked' USING ERRCODE = 'MU011';
END $$;
REVOKE ALL ON FUNCTION identity.revoked_is_final() FROM PUBLIC;
CREATE TRIGGER revoked_is_final BEFORE UPDATE OF status ON identity.agent
  FOR EACH ROW WHEN (OLD.status = 'REVOKED' AND NEW.status <> 'REVOKED') EXECUTE FUNCTION identity.revoked_is_final();

-- A key is only ever closed: never switched on again, its expiry never put off.
CREATE FUNCTION identity.key_only_closes() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a key is only ever closed' USING ERRCODE = 'MU011';
END $$;
REVOKE ALL ON FUNCTION identity.key_only_closes() FROM PUBLIC;
CREATE TRIGGER key_only_closes BEFORE UPDATE OF is_active, expires_at ON identity.api_key
  FOR EACH ROW WHEN (NEW.is_active AND NOT OLD.is_active
                     OR OLD.expires_at IS NOT NULL AND (NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at))
  EXECUTE FUNCTION identity.key_only_closes();

-- The directory is read by team within one tenant, and by slug.
CREATE INDEX person_unit ON identity.person (tenant_id, unit_id);
CREATE INDEX role_binding_person ON identity.role_binding (tenant_id, person_id);
