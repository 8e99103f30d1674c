-- Which ids are somebody's, so that a reach for another tenant can be told from a slip of the keyboard.
--
-- The answer to a foreign id is the answer to an unknown one, at once. Afterwards guard.report_reach() asks here.
-- No service may: it answers the owner's function, which leaves a finding and a receipt whenever the answer is yes.
-- Decisions are not kept: they are made ten thousand a second, and their ids are shown to who asked for them only.

GRANT CREATE ON SCHEMA identity TO muster_door; -- taken back below
CREATE TABLE identity.known_id (
  id        uuid NOT NULL,
  tenant_id uuid NOT NULL,
  PRIMARY KEY (id, tenant_id)
);
ALTER TABLE identity.known_id ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.known_id FORCE ROW LEVEL SECURITY;
CREATE POLICY door_only ON identity.known_id FOR ALL TO muster_door USING (true) WITH CHECK (true);
-- No grant to anyone: filled by the triggers below, read by one function.

CREATE FUNCTION identity.keep_id() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO identity.known_id (id, tenant_id) VALUES (NEW.id, NEW.tenant_id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION identity.keep_id() FROM PUBLIC;
CREATE TRIGGER keep_id AFTER INSERT ON identity.agent FOR EACH ROW EXECUTE FUNCTION identity.keep_id();
CREATE TRIGGER keep_id AFTER INSERT ON identity.person FOR EACH ROW EXECUTE FUNCTION identity.keep_id();
CREATE TRIGGER keep_id AFTER INSERT ON identity.api_key FOR EACH ROW EXECUTE FUNCTION identity.keep_id();
CREATE TRIGGER keep_id AFTER INSERT ON workforce.org_unit FOR EACH ROW EXECUTE FUNCTION identity.keep_id();

-- True when any of these ids is another tenant's and none of the caller's own; never which, never whose.
CREATE FUNCTION identity.belongs_elsewhere(wanted uuid[]) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(bool_or(w.elsewhere AND NOT w.here), false)
    FROM (SELECT bool_or(k.tenant_id <> (SELECT muster.tenant())) AS elsewhere, bool_or(k.tenant_id = (SELECT muster.tenant())) AS here
            FROM identity.known_id k WHERE k.id = ANY (wanted) GROUP BY k.id) AS w
$$;
REVOKE ALL ON FUNCTION identity.belongs_elsewhere(uuid[]) FROM PUBLIC;

ALTER TABLE identity.known_id OWNER TO muster_door;
ALTER FUNCTION identity.keep_id() OWNER TO muster_door;
ALTER FUNCTION identity.belongs_elsewhere(uuid[]) OWNER TO muster_door;
-- The former owner's own right went with the ownership; its triggers and its function need it.
SET ROLE muster_door;
GRANT EXECUTE ON FUNCTION identity.keep_id(), identity.belongs_elsewhere(uuid[]) TO muster_owner;
SET ROLE muster_owner;
REVOKE CREATE ON SCHEMA identity FROM muster_door;
