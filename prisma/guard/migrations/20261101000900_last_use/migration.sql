-- When each grant was last used: for reviews and for the agent's file.
--
-- published_usage answers it by reading every decision of the agent, which grows for ever. This index and the
-- function over it read one entry an action, however long the history. Partial: only what was allowed is use.
CREATE INDEX decision_last_use ON guard.decision (tenant_id, agent_id, tool, action, decided_at DESC) WHERE outcome = 'ALLOW';

-- The newest allowed decision of each (agent, tool, action) between two instants, in order; an action of NULL means
-- any of the tool, an end of NULL means until now. Definer under the forced policies: a caller is told about
-- decisions in sight and no others. A function and not a view, because a barrier would hide the index's order.
CREATE FUNCTION guard.last_allowed(agents uuid[], tools text[], actions text[], starts timestamptz[], ends timestamptz[])
  RETURNS TABLE (ordinal integer, used_at timestamptz)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  tenant uuid := muster.tenant();
  acted  text;
  at     timestamptz;
BEGIN
  FOR i IN 1..coalesce(cardinality(agents), 0) LOOP
    ordinal := i;
    used_at := NULL;
    acted := actions[i];
    LOOP
      -- Without an action: from action to action along the index, the newest of each.
      IF actions[i] IS NULL THEN
        SELECT d.action INTO acted FROM guard.decision d
         WHERE d.tenant_id = tenant AND d.agent_id = agents[i] AND d.tool = tools[i] AND d.outcome = 'ALLOW' AND d.action > coalesce(acted, '')
         ORDER BY d.action LIMIT 1;
        EXIT WHEN NOT FOUND;
      END IF;
      SELECT d.decided_at INTO at FROM guard.decision d
       WHERE d.tenant_id = tenant AND d.agent_id = agents[i] AND d.tool = tools[i] AND d.action = acted AND d.outcome = 'ALLOW'
         AND d.decided_at >= starts[i] AND d.decided_at <= coalesce(ends[i], 'infinity')
       ORDER BY d.decided_at DESC LIMIT 1;
      used_at := greatest(used_at, at);
      EXIT WHEN actions[i] IS NOT NULL;
    END LOOP;
    RETURN NEXT;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION guard.last_allowed(uuid[], text[], text[], timestamptz[], timestamptz[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.last_allowed(uuid[], text[], text[], timestamptz[], timestamptz[]) TO muster_workforce;
