-- What a tenant's plan allows is counted and held to, and a tenant can be suspended.
--
-- The limits themselves are data of the product (packages/kernel/src/plans.ts); the database knows the plan's code,
-- whether the tenant is active, and how many there are, whatever part of it the caller sees.

-- The plan and the switch change by use cases of identity, each with its receipt in the same commit.
GRANT UPDATE (plan_code, is_active) ON identity.tenant TO muster_identity;

-- Who opens tenants decides on the plan afterwards; an installation of one's own begins without a limit one meets.
CREATE OR REPLACE FUNCTION identity.open_tenant(organization uuid, organization_slug text, organization_name text,
                                                tenant uuid, tenant_slug text, tenant_name text) RETURNS void
  LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO identity.organization (id, slug, name) VALUES (organization, organization_slug, organization_name) ON CONFLICT (id) DO NOTHING;
  INSERT INTO identity.tenant (id, organization_id, slug, name, plan_code) VALUES (tenant, organization, tenant_slug, tenant_name, 'max');
END $$;

-- Tenants from before there were limits keep what they have. Every tenant's row at once, which no claims show:
-- the wall is lifted and put back in this one transaction.
ALTER TABLE identity.tenant NO FORCE ROW LEVEL SECURITY;
UPDATE identity.tenant SET plan_code = 'max';
ALTER TABLE identity.tenant FORCE ROW LEVEL SECURITY;

-- How many agents and people the tenant has. Whoever registers an agent may see a team alone, so the door role
-- counts: under the tenant's wall like everybody, past the access scope, and it answers two numbers.
GRANT SELECT (tenant_id, status) ON identity.agent, identity.person TO muster_door;
CREATE POLICY headcount ON identity.agent AS PERMISSIVE FOR SELECT TO muster_door USING (true);
CREATE POLICY headcount ON identity.person AS PERMISSIVE FOR SELECT TO muster_door USING (true);
CREATE FUNCTION identity.headcount() RETURNS TABLE (agents bigint, people bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT (SELECT count(*) FROM identity.agent a WHERE a.tenant_id = (SELECT muster.tenant()) AND a.status <> 'REVOKED'),
         (SELECT count(*) FROM identity.person p WHERE p.tenant_id = (SELECT muster.tenant()) AND p.status = 'ACTIVE')
   WHERE (SELECT muster.tenant()) IS NOT NULL
$$;
REVOKE ALL ON FUNCTION identity.headcount() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.headcount() TO muster_identity;
GRANT CREATE ON SCHEMA identity TO muster_door; -- taken back below
ALTER FUNCTION identity.headcount() OWNER TO muster_door;
REVOKE CREATE ON SCHEMA identity FROM muster_door;

-- For the gateway, beside identity.principal(): the plan, and whether the tenant is suspended. The latter is told to
-- the holder of a credential that would hold alone; to anybody else a suspended tenant is like none.
CREATE FUNCTION identity.tenant_standing(wanted_kind text) RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('plan', t.plan_code, 'suspended', NOT t.is_active AND CASE wanted_kind
           WHEN 'api_key' THEN EXISTS (SELECT FROM identity.api_key k
                                        WHERE k.tenant_id = t.id AND k.id = (SELECT muster.subject()) AND k.is_active
                                          AND (k.expires_at IS NULL OR k.expires_at > muster.now()))
           ELSE EXISTS (SELECT FROM identity.person p
                         WHERE p.tenant_id = t.id AND p.id = (SELECT muster.subject()) AND p.status = 'ACTIVE') END)
    FROM identity.tenant t WHERE t.id = (SELECT muster.tenant())
$$;
REVOKE ALL ON FUNCTION identity.tenant_standing(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.tenant_standing(text) TO muster_gateway;
