-- Roles of the house. Run by a superuser before any migration; safe to repeat.
--
-- Nobody who can log in owns anything, and nobody but the superuser bypasses
-- row-level security. `muster_owner` owns every table and is itself subject to
-- the policies (FORCE ROW LEVEL SECURITY).

DO $$
DECLARE r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['muster_owner','muster_door','muster_mover','muster_keyholder'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT', r);
    END IF;
  END LOOP;
  FOREACH r IN ARRAY ARRAY['muster_gateway','muster_identity','muster_workforce','muster_scoring',
                           'muster_guard','muster_decider','muster_passport','muster_scheduler'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT', r);
    END IF;
  END LOOP;
END $$;

-- The owner hands functions to the narrow roles while migrating; nobody who logs in is a member of any role.
GRANT muster_door, muster_mover, muster_keyholder TO muster_owner WITH INHERIT FALSE, SET TRUE;

-- No role may create anything in `public`, and temporary tables cannot shadow a name.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO muster_owner;
CREATE SCHEMA IF NOT EXISTS muster AUTHORIZATION muster_owner;
CREATE SCHEMA IF NOT EXISTS identity AUTHORIZATION muster_owner;
CREATE SCHEMA IF NOT EXISTS workforce AUTHORIZATION muster_owner;
CREATE SCHEMA IF NOT EXISTS scoring AUTHORIZATION muster_owner;
CREATE SCHEMA IF NOT EXISTS guard AUTHORIZATION muster_owner;
CREATE SCHEMA IF NOT EXISTS passport AUTHORIZATION muster_owner;
CREATE SCHEMA IF NOT EXISTS ledger AUTHORIZATION muster_owner;
