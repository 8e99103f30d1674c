-- Defence in depth behind the catalog assertion: even somebody who got hold of the owning role cannot
-- switch a wall off. Needs a superuser to install and a superuser's session to pass, so that migrations,
-- which begin in one, still may replace a policy. Safe to repeat.

CREATE SCHEMA IF NOT EXISTS muster_rails;
REVOKE ALL ON SCHEMA muster_rails FROM PUBLIC;

-- After every ALTER: a table that has policies keeps them enabled and forced, and its triggers on.
CREATE OR REPLACE FUNCTION muster_rails.refuse_weakening() RETURNS event_trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE c record;
BEGIN
  IF (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = session_user) THEN RETURN; END IF;
  FOR c IN SELECT d.command_tag, d.objid, d.object_identity FROM pg_event_trigger_ddl_commands() d LOOP
    IF c.command_tag = 'ALTER POLICY' THEN
      RAISE EXCEPTION 'policy % is not altered here', c.object_identity USING ERRCODE = 'MU090';
    END IF;
    IF EXISTS (SELECT FROM pg_class t WHERE t.oid = c.objid AND NOT (t.relrowsecurity AND t.relforcerowsecurity)
                AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t.oid)) THEN
      RAISE EXCEPTION 'row-level security of % stays enabled and forced', c.object_identity USING ERRCODE = 'MU090';
    END IF;
    IF EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.objid AND g.tgenabled NOT IN ('O', 'A')) THEN
      RAISE EXCEPTION 'the triggers of % stay on', c.object_identity USING ERRCODE = 'MU090';
    END IF;
  END LOOP;
END $$;

-- A policy or trigger goes with its table or not at all.
CREATE OR REPLACE FUNCTION muster_rails.refuse_removal() RETURNS event_trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE o record;
BEGIN
  IF (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = session_user) THEN RETURN; END IF;
  FOR o IN SELECT d.object_type, d.object_identity FROM pg_event_trigger_dropped_objects() d
            WHERE d.original AND d.object_type IN ('policy', 'trigger') LOOP
    RAISE EXCEPTION '% % is not dropped here', o.object_type, o.object_identity USING ERRCODE = 'MU090';
  END LOOP;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA muster_rails FROM PUBLIC;

DROP EVENT TRIGGER IF EXISTS muster_refuse_weakening;
DROP EVENT TRIGGER IF EXISTS muster_refuse_removal;
CREATE EVENT TRIGGER muster_refuse_weakening ON ddl_command_end WHEN TAG IN ('ALTER TABLE', 'ALTER POLICY')
  EXECUTE FUNCTION muster_rails.refuse_weakening();
CREATE EVENT TRIGGER muster_refuse_removal ON sql_drop EXECUTE FUNCTION muster_rails.refuse_removal();
ALTER EVENT TRIGGER muster_refuse_weakening ENABLE ALWAYS;
ALTER EVENT TRIGGER muster_refuse_removal ENABLE ALWAYS;

-- Large objects have no row-level security: nobody gets to keep rows in them. And nobody ends the sessions of
-- others: injected SQL would end its own service's.
DO $$
DECLARE f record;
BEGIN
  FOR f IN SELECT p.oid::regprocedure AS signature FROM pg_proc p
            WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ '^(lo_|lowrite$|loread$|pg_cancel_backend$|pg_terminate_backend$)' LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f.signature);
  END LOOP;
END $$;
