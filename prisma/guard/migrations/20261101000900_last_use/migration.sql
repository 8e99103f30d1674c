-- When each grant was last used: for reviews and for the agent's file.
--
-- published_usage answers it by reading every decision of the agent, which grows for ever. This index and the
-- function over it read one entry an action, however long the history. Partial: only what was allowed is use.
CREATE INDEX decision_last_use ON guard.decision (tenant_id, agent_id, tool, action, decided_at DESC) WHERE outcome = 'ALLOW';

-- The newest allowed decision of each (agent, tool, action) between two instants, in order; an action of NULL means
-- any of the tool, an end of NULL means until now. Definer under the forced policies: a caller is told about
-- decisions in sight and no others. A function and not a view, because a barrier would hide the index's order;
-- one statement, so that the caller's scope is computed once.
CREATE FUNCTION guard.last_allowed(agents uuid[], tools text[], actions text[], starts timestamptz[], ends timestamptz[])
  RETURNS TABLE (ordinal integer, used_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT w.o::integer, CASE WHEN w.action IS NOT NULL
    THEN (SELECT d.decided_at FROM guard.decision d
           WHERE d.tenant_id = (SELECT muster.tenant()) AND d.agent_id = w.agent AND d.tool = w.tool AND d.action = w.action AND d.outcome = 'ALLOW'
             AND d.decided_at >= w.since AND d.decided_at <= coalesce(w.until, 'infinity')
           ORDER BY d.decided_at DESC LIMIT 1)
    -- Without an action: from action to action along the index, then the newest of each.
    ELSE (WITH RECURSIVE acted (action) AS (
            (SELECT d.action FROM guard.decision d
              WHERE d.tenant_id = (SELECT muster.tenant()) AND d.agent_id = w.agent AND d.tool = w.tool AND d.outcome = 'ALLOW'
              ORDER BY d.action LIMIT 1)
            UNION ALL
            SELECT (SELECT d.action FROM guard.decision d
                     WHERE d.tenant_id = (SELECT muster.tenant()) AND d.agent_id = w.agent AND d.tool = w.tool AND d.outcome = 'ALLOW' AND d.action > a.action
                     ORDER BY d.action LIMIT 1)
              FROM acted a WHERE a.action IS NOT NULL)
          SELECT max((SELECT d.decided_at FROM guard.decision d
                       WHERE d.tenant_id = (SELECT muster.tenant()) AND d.agent_id = w.agent AND d.tool = w.tool AND d.action = a.action AND d.outcome = 'ALLOW'
                         AND d.decided_at >= w.since AND d.decided_at <= coalesce(w.until, 'infinity')
                       ORDER BY d.decided_at DESC LIMIT 1))
            FROM acted a WHERE a.action IS NOT NULL)
    END
    FROM unnest(agents, tools, actions, starts, ends) WITH ORDINALITY AS w (agent, tool, action, since, until, o)
$$;
REVOKE ALL ON FUNCTION guard.last_allowed(uuid[], text[], text[], timestamptz[], timestamptz[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.last_allowed(uuid[], text[], text[], timestamptz[], timestamptz[]) TO muster_workforce;
