-- What reaches further than was meant, and what does not reach far enough.

-- A policy's functions run with the rights of whoever asks, also through a published view: without this, reading
-- identity.published_person failed for both services it is published to.
GRANT EXECUTE ON FUNCTION identity.scope_owners() TO muster_workforce, muster_guard;

-- A session's holder and token never change, a person's id and tenant neither. A changed column would leave the
-- door, which is filled when a row is made, pointing at what is no longer so.
REVOKE UPDATE ON identity.session, identity.person, identity.password FROM muster_identity;
GRANT UPDATE (expires_at, revoked_at) ON identity.session TO muster_identity;
GRANT UPDATE (email_index, email_sealed, name_sealed, unit_id, status, email_verified_at, version) ON identity.person TO muster_identity;
GRANT UPDATE (hash, changed_at) ON identity.password TO muster_identity;

-- A changed address is found under the new one, and no longer under the old. The door role alone writes doors.
GRANT CREATE ON SCHEMA identity TO muster_door; -- taken back below
CREATE FUNCTION identity.move_door() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE identity.door d SET lookup = NEW.email_index
   WHERE d.kind = 'email' AND d.lookup = OLD.email_index AND d.tenant_id = OLD.tenant_id AND d.ref_id = OLD.id;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION identity.move_door() FROM PUBLIC;
CREATE TRIGGER move_door AFTER UPDATE OF email_index ON identity.person
  FOR EACH ROW WHEN (NEW.email_index IS DISTINCT FROM OLD.email_index) EXECUTE FUNCTION identity.move_door();
ALTER FUNCTION identity.move_door() OWNER TO muster_door;
REVOKE CREATE ON SCHEMA identity FROM muster_door;

-- The mover moves. Who answers for an agent is another act, under the ordinary policies.
REVOKE UPDATE (owner_id) ON identity.agent FROM muster_mover;

-- A first password is given by who has the person in scope. In sight is not enough: whoever leads a team sees who
-- answers for its agents, the chief of security among them.
ALTER POLICY access_scope ON identity.password WITH CHECK (
  person_id = (SELECT muster.subject())
  OR (SELECT muster.may('people:write'))
     AND EXISTS (SELECT FROM identity.person p WHERE p.tenant_id = password.tenant_id AND p.id = password.person_id
                  AND ((SELECT muster.scope_all()) OR p.unit_id = ANY ((SELECT muster.scope_units())::uuid[]))));

-- Streams and caches close when the epoch rises; one that went back would keep them open.
CREATE FUNCTION identity.epoch_rises() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the scope epoch only rises' USING ERRCODE = 'MU014';
END $$;
REVOKE ALL ON FUNCTION identity.epoch_rises() FROM PUBLIC;
CREATE TRIGGER epoch_rises BEFORE UPDATE OF scope_epoch ON identity.tenant
  FOR EACH ROW WHEN (NEW.scope_epoch < OLD.scope_epoch) EXECUTE FUNCTION identity.epoch_rises();
