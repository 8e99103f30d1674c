-- What the workforce roll-up counts of decisions: where each happened, and which agents acted at all.

-- Appended: where it happened, so that a unit's numbers hold what was decided in it before an agent left.
CREATE OR REPLACE VIEW guard.published_usage WITH (security_barrier) AS
  SELECT tenant_id, agent_id, tool, action, outcome, decided_at, receipt_id, seq, unit_path FROM guard.decision;

-- Decisions are written in the order of their times, so a summary of each range of pages finds a window's for next
-- to nothing per insert; a B-tree over them would be paid by every decision.
CREATE INDEX decision_time ON guard.decision USING brin (decided_at) WITH (pages_per_range = 16, autosummarize = on);

-- Which of these agents asked for anything within a window. One probe of decision_agent an agent, however long its
-- history. Definer under the forced policies: a caller is told about decisions in sight and no others.
CREATE FUNCTION guard.decided_between(agents uuid[], since timestamptz, until timestamptz) RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT w.agent FROM unnest(agents) AS w (agent)
   WHERE (SELECT true FROM guard.decision d
           WHERE d.tenant_id = (SELECT muster.tenant()) AND d.agent_id = w.agent AND d.decided_at BETWEEN since AND until LIMIT 1)
$$;
REVOKE ALL ON FUNCTION guard.decided_between(uuid[], timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.decided_between(uuid[], timestamptz, timestamptz) TO muster_workforce;
