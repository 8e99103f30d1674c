-- The ground every tenant table stands on: verified claims and one clock.
--
-- A request reaches the database with a hand-over: claims as JSON behind an
-- HMAC-SHA-256. `muster.claims()` checks it with a key that no service can
-- read, so neither a bug nor injected SQL can forge a tenant. Wrong, expired
-- or meant for another service: NULL, and NULL matches no row.

-- The narrow roles own their functions here and nothing else.
GRANT USAGE, CREATE ON SCHEMA muster TO muster_keyholder; -- CREATE is taken back below
GRANT USAGE ON SCHEMA muster TO muster_door, muster_mover, muster_gateway, muster_identity, muster_workforce,
  muster_scoring, muster_guard, muster_decider, muster_passport, muster_scheduler;

-- The hand-over key as the two padded blocks of HMAC (RFC 2104), so that
-- verifying takes two built-in hashes. At most two rows: the key and its successor.
CREATE TABLE muster.handover_key (
  kid        smallint PRIMARY KEY CHECK (kid IN (0, 1)),
  inner_pad  bytea NOT NULL CHECK (length(inner_pad) = 64),
  outer_pad  bytea NOT NULL CHECK (length(outer_pad) = 64),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE muster.handover_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE muster.handover_key FORCE ROW LEVEL SECURITY;
-- Only the keyholder's own function reads it. No write policy: the superuser sets the key at start.
CREATE POLICY keyholder_reads ON muster.handover_key FOR SELECT TO muster_keyholder USING (true);
-- No grant to anyone.

-- What is added to the machine's clock. Replaced at start by the superuser with
-- the offset of MUSTER_CLOCK (embedded form only); zero everywhere else.
CREATE FUNCTION muster.clock_offset() RETURNS interval
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT interval '0' $$;

-- The product's clock in SQL. Volatile on purpose: expiry is judged at the instant it is asked.
CREATE FUNCTION muster.now() RETURNS timestamptz
  LANGUAGE sql VOLATILE PARALLEL SAFE AS $$ SELECT clock_timestamp() + muster.clock_offset() $$;

-- Verifies a hand-over given as text. `audience` is the login role it must be meant for.
-- Returns the claims, or NULL for anything forged, expired, of another version or for another service.
CREATE FUNCTION muster.verify(handover text, audience name) RETURNS jsonb
  LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  body   text;
  given  text;
  key    record;
  claims jsonb;
BEGIN
  IF handover IS NULL OR length(handover) < 67 OR length(handover) > 65536 THEN RETURN NULL; END IF;
  given := left(handover, 64);
  body := substr(handover, 66);
  FOR key IN SELECT inner_pad, outer_pad FROM muster.handover_key ORDER BY kid LOOP
    -- Compared as text of a keyed hash: what a timing tells is a prefix of a value the key already fixed.
    IF encode(sha256(key.outer_pad || sha256(key.inner_pad || convert_to(body, 'UTF8'))), 'hex') = given THEN
      claims := body::jsonb;
      IF claims->>'v' = '1'
         AND claims->>'aud' = audience
         AND (claims->>'exp')::double precision > extract(epoch FROM clock_timestamp() + muster.clock_offset()) THEN
        RETURN claims;
      END IF;
      RETURN NULL;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION muster.verify(text, name) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION muster.verify(text, name) TO muster_owner;

-- The verified claims of this transaction. The audience is the role that logged in: a hand-over
-- for one service gives nothing to another.
CREATE FUNCTION muster.claims() RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT muster.verify(current_setting('request.jwt.claims', true), session_user)
$$;

-- Everything below derives from claims(); policies call these through a scalar sub-select so that
-- each is computed once a statement.
CREATE FUNCTION muster.tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT (muster.claims()->>'tenant_id')::uuid $$;
CREATE FUNCTION muster.subject() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT (muster.claims()->>'sub')::uuid $$;
CREATE FUNCTION muster.own_agent() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT (muster.claims()->>'agent')::uuid $$;
CREATE FUNCTION muster.may(capability text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT coalesce(muster.claims()->'caps' ? capability, false) $$;

-- The decider judges whole batches: it sees its tenant, and every item carries its own verified
-- caller and scope. Timers act for the tenant they name. Everybody else has what the hand-over says.
CREATE FUNCTION muster.scope_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT coalesce((muster.claims()->>'all')::boolean, false) OR session_user = 'muster_decider' $$;

CREATE FUNCTION muster.scope_roots() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT coalesce(array(SELECT jsonb_array_elements_text(muster.claims()->'units')::uuid), '{}') $$;

-- The org units in scope: the roots and everything below them, as they stand now.
-- plpgsql because the closure table belongs to a later migration.
CREATE FUNCTION muster.scope_units() RETURNS uuid[]
  LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN coalesce((SELECT array_agg(DISTINCT c.descendant_id) FROM workforce.org_closure c
                    WHERE c.tenant_id = (SELECT muster.tenant())
                      AND c.ancestor_id = ANY ((SELECT muster.scope_roots())::uuid[])), '{}');
END $$;

-- The agents in scope now: of a team in scope, owned by the caller, or the caller itself.
CREATE FUNCTION muster.scope_agents() RETURNS uuid[]
  LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN coalesce((SELECT array_agg(a.id) FROM identity.agent a WHERE a.tenant_id = (SELECT muster.tenant())), '{}');
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA muster FROM PUBLIC;
GRANT EXECUTE ON FUNCTION muster.claims(), muster.tenant(), muster.subject(), muster.own_agent(), muster.may(text),
  muster.scope_all(), muster.scope_roots(), muster.scope_units(), muster.scope_agents(), muster.now(), muster.clock_offset()
  TO muster_owner, muster_door, muster_mover, muster_keyholder, muster_gateway, muster_identity, muster_workforce, muster_scoring,
     muster_guard, muster_decider, muster_passport, muster_scheduler;

-- Gives a tenant table its tenant wall: RLS enabled and forced, one RESTRICTIVE policy for all
-- commands. `scope` is the permissive access-scope predicate; rows need both.
-- Used by migrations only; the catalog assertion at start checks what it left behind.
CREATE PROCEDURE muster.wall(target regclass, scope text, tenant_column text DEFAULT 'tenant_id', scope_check text DEFAULT NULL)
  LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY tenant_wall ON %s AS RESTRICTIVE FOR ALL TO PUBLIC USING (%I = (SELECT muster.tenant())) WITH CHECK (%I = (SELECT muster.tenant()))',
                 target, tenant_column, tenant_column);
  EXECUTE format('CREATE POLICY access_scope ON %s AS PERMISSIVE FOR ALL TO PUBLIC USING (%s) WITH CHECK (%s)',
                 target, scope, coalesce(scope_check, scope));
END $$;
REVOKE ALL ON PROCEDURE muster.wall(regclass, text, text, text) FROM PUBLIC;

-- Handed over last: from here on only the narrow role itself could change them.
ALTER TABLE muster.handover_key OWNER TO muster_keyholder;
ALTER FUNCTION muster.verify(text, name) OWNER TO muster_keyholder;
ALTER FUNCTION muster.claims() OWNER TO muster_keyholder;
-- The former owner's own right went with the ownership; its definer functions and policies need it.
SET ROLE muster_keyholder;
GRANT EXECUTE ON FUNCTION muster.verify(text, name), muster.claims() TO muster_owner;
SET ROLE muster_owner;
REVOKE CREATE ON SCHEMA muster FROM muster_keyholder;
