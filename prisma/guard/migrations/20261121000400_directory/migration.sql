-- When each agent last asked for anything: the directory is filtered and ordered by it.
--
-- One probe of decision_agent an agent, however long its history. Definer under the forced policies: a caller is told
-- about decisions in sight and no others. A function and not a view, because a barrier would hide the index's order;
-- over an array, so that whoever asks says which agents, and the caller's scope is computed once.
CREATE FUNCTION guard.last_decided(agents uuid[]) RETURNS TABLE (agent_id uuid, decided_at timestamptz)
  LANGUAGE sql STABLE ROWS 5000 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT w.agent, (SELECT d.decided_at FROM guard.decision d
                    WHERE d.tenant_id = (SELECT muster.tenant()) AND d.agent_id = w.agent
                    ORDER BY d.decided_at DESC LIMIT 1)
    FROM unnest(agents) AS w (agent)
$$;
REVOKE ALL ON FUNCTION guard.last_decided(uuid[]) FROM PUBLIC;
GRANT USAGE ON SCHEMA guard TO muster_identity;
GRANT EXECUTE ON FUNCTION guard.last_decided(uuid[]) TO muster_identity;
