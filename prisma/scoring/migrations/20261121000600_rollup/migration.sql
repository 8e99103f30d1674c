-- What the workforce roll-up asks of scoring: which agents anything was reported of, and how risky they were before.
-- Both probe an index once an agent, however long its history. Definer under the forced policies: a caller is told
-- about what is in sight and nothing else. Functions and not views, because a barrier would hide the index's order.

-- Which of these agents an event tells of that occurred within a window.
CREATE FUNCTION scoring.reported_between(agents uuid[], since timestamptz, until timestamptz) RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT w.agent FROM unnest(agents) AS w (agent)
   WHERE (SELECT true FROM scoring.event e
           WHERE e.tenant_id = (SELECT muster.tenant()) AND e.agent_id = w.agent AND e.occurred_at BETWEEN since AND until LIMIT 1)
$$;
REVOKE ALL ON FUNCTION scoring.reported_between(uuid[], timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scoring.reported_between(uuid[], timestamptz, timestamptz) TO muster_workforce;

-- The risk score each agent had at an instant; NULL before there was evidence.
CREATE FUNCTION scoring.risk_at(agents uuid[], at timestamptz) RETURNS TABLE (agent_id uuid, risk_score double precision)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT w.agent, (SELECT s.risk_score FROM scoring.snapshot s
                    WHERE s.tenant_id = (SELECT muster.tenant()) AND s.agent_id = w.agent AND s.created_at <= at
                    ORDER BY s.created_at DESC, s.id DESC LIMIT 1)
    FROM unnest(agents) AS w (agent)
$$;
REVOKE ALL ON FUNCTION scoring.risk_at(uuid[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scoring.risk_at(uuid[], timestamptz) TO muster_workforce;
