-- Who may connect to this database, and nothing beyond it: no temporary objects that could shadow a name,
-- no schema of one's own. Run by a superuser at every start; a copy of a database does not copy these rights.

DO $$ BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CREATE, CONNECT ON DATABASE %I TO muster_owner', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO muster_gateway, muster_identity, muster_workforce, muster_scoring, muster_guard, muster_decider, muster_passport, muster_scheduler', current_database());
END $$;
