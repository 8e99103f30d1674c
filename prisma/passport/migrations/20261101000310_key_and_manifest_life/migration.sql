-- The life of keys and manifests goes one way, also against a service's bug.

-- active → retiring → retired. A retired key has lost its private half for good.
CREATE FUNCTION passport.key_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE states text[] := ARRAY['active', 'retiring', 'retired'];
BEGIN
  IF array_position(states, NEW.state) < array_position(states, OLD.state) OR (OLD.wrapped IS NULL AND NEW.wrapped IS NOT NULL)
     OR (NEW.state = 'retired' AND NEW.wrapped IS NOT NULL) THEN
    RAISE EXCEPTION 'a signing key never comes back' USING ERRCODE = 'MU010';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION passport.key_forward() FROM PUBLIC;
CREATE TRIGGER key_forward BEFORE UPDATE ON passport.signing_key FOR EACH ROW EXECUTE FUNCTION passport.key_forward();

-- Destroyed is destroyed. Wrapping anew under another key-encryption key stays possible.
CREATE FUNCTION passport.destroyed_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.wrapped IS NULL AND NEW.wrapped IS NOT NULL THEN
    RAISE EXCEPTION 'a destroyed data key never comes back' USING ERRCODE = 'MU010';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION passport.destroyed_stays() FROM PUBLIC;
CREATE TRIGGER destroyed_stays BEFORE UPDATE ON passport.data_key FOR EACH ROW EXECUTE FUNCTION passport.destroyed_stays();
-- What destroying by month or by subject looks for.
CREATE INDEX data_key_subject ON passport.data_key (tenant_id, subject, month) WHERE wrapped IS NOT NULL;

-- The receipt that pinned a manifest: given back when the same bytes are pinned again.
ALTER TABLE passport.manifest ADD COLUMN receipt_id uuid;
CREATE INDEX manifest_server ON passport.manifest (tenant_id, server, tool, version);

-- A superseded manifest never counts again: pinning its bytes anew is another version.
CREATE FUNCTION passport.manifest_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.state = 'SUPERSEDED' AND NEW.state <> 'SUPERSEDED' THEN
    RAISE EXCEPTION 'a superseded manifest never counts again' USING ERRCODE = 'MU010';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION passport.manifest_forward() FROM PUBLIC;
CREATE TRIGGER manifest_forward BEFORE UPDATE ON passport.manifest FOR EACH ROW EXECUTE FUNCTION passport.manifest_forward();

INSERT INTO ledger.receipt_type (writer, type) VALUES ('muster_passport', 'manifest.released');
