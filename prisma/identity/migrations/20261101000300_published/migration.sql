-- What scoring and workforce need of identity, and no more.

-- The tenant's own row: scoring reads its profile, the console its name. No plan, no epoch, no switch.
CREATE OR REPLACE VIEW identity.published_tenant WITH (security_barrier) AS
  SELECT id AS tenant_id, id, slug, name, scoring_profile FROM identity.tenant;
GRANT SELECT ON identity.published_tenant TO muster_scoring;

-- The public key an agent's reports are verified with. Apart from published_agent: only scoring verifies reports.
CREATE VIEW identity.published_agent_key WITH (security_barrier) AS
  SELECT tenant_id, id AS agent_id, public_key FROM identity.agent WHERE public_key IS NOT NULL;
GRANT SELECT ON identity.published_agent_key TO muster_scoring;

-- A moved unit changes what people may see, so workforce raises the scope epoch in the commit of the move.
-- Definer, because workforce has no right on tenants; the tenant is the one of the verified claims.
CREATE FUNCTION identity.raise_scope_epoch() RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE identity.tenant t SET scope_epoch = t.scope_epoch + 1 WHERE t.id = (SELECT muster.tenant());
END $$;
REVOKE ALL ON FUNCTION identity.raise_scope_epoch() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.raise_scope_epoch() TO muster_workforce;
