-- When each grant was last used: for reviews and for the agent's file.
--
-- published_usage answers it by reading every decision of the agent, which grows for ever. This index and the
-- function over it read one entry an action, however long the history. Partial: only what was allowed is use.
CREATE INDEX decision_last_use ON guard.decision (tenant_id, agent_id, tool, action, decided_at DESC) WHERE outcome = 'ALLOW';

-- The newest allowed decision of each (agent, tool, action), in order; an action of NULL means any of the tool.
-- Definer under the forced policies: a caller is told about decisions in sight and no others. A function and not
-- a view, because a barrier would hide the index's order from the planner.
CREATE FUNCTION guard.last_allowed(agents uuid[], tools text[], actions text[]) RETURNS TABLE (ordinal integer, used_at timestamptz)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  tenant uuid := muster.tenant();
  acted  text;
  at     timestamptz;
  newest timestamptz;
BEGIN
  FOR i IN 1..coalesce(cardinality(agents), 0) LOOP
    newest := NULL;
    IF actions[i] IS NOT NULL THEN
      SELECT d.decided_at INTO newest FROM guard.decision d
       WHERE d.tenant_id = tenant AND d.agent_id = agents[i] AND d.tool = tools[i] AND d.action = actions[i] AND d.outcome = 'ALLOW'
       ORDER BY d.decided_at DESC LIMIT 1;
    ELSE
      -- From action to action along the index, the newest of each.
      acted := NULL;
      LOOP
        SELECT d.action, d.decided_at INTO acted, at FROM guard.decision d
         WHERE d.tenant_id = tenant AND d.agent_id = agents[i] AND d.tool = tools[i] AND d.outcome = 'ALLOW' AND d.action > coalesce(acted, '')
         ORDER BY d.action, d.decided_at DESC LIMIT 1;
        EXIT WHEN NOT FOUND;
        newest := greatest(newest, at);
      END LOOP;
    END IF;
    ordinal := i;
    used_at := newest;
    RETURN NEXT;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION guard.last_allowed(uuid[], text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.last_allowed(uuid[], text[], text[]) TO muster_workforce;
