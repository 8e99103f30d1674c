-- What the directory is filtered and ordered by: all four scores, and when an agent was last reported about.

-- The present scores, as the agent's latest snapshot has them. The barrier stays: claims apply to both tables.
CREATE VIEW scoring.published_scores WITH (security_barrier) AS
  SELECT st.tenant_id, st.agent_id, s.identity_score, s.risk_score, s.reliability_score, s.autonomy_score
    FROM scoring.standing st JOIN scoring.snapshot s ON s.tenant_id = st.tenant_id AND s.id = st.snapshot_id;
GRANT SELECT ON scoring.published_scores TO muster_identity;

-- One probe of event_time an agent; as guard.last_decided().
CREATE FUNCTION scoring.last_reported(agents uuid[]) RETURNS TABLE (agent_id uuid, occurred_at timestamptz)
  LANGUAGE sql STABLE ROWS 5000 SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT w.agent, (SELECT e.occurred_at FROM scoring.event e
                    WHERE e.tenant_id = (SELECT muster.tenant()) AND e.agent_id = w.agent
                    ORDER BY e.occurred_at DESC LIMIT 1)
    FROM unnest(agents) AS w (agent)
$$;
REVOKE ALL ON FUNCTION scoring.last_reported(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scoring.last_reported(uuid[]) TO muster_identity;

-- The same rows as before, looked up in a hash instead of along a list: a department head with ten thousand agents
-- in scope waited 160 ms for an order by risk, each row compared with each agent; now 20.
ALTER POLICY access_scope ON scoring.standing
  USING ((SELECT muster.scope_all()) OR agent_id IN (SELECT unnest((SELECT muster.scope_agents())::uuid[])))
  WITH CHECK ((SELECT muster.scope_all()) OR agent_id IN (SELECT unnest((SELECT muster.scope_agents())::uuid[])));
