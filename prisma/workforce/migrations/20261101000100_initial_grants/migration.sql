-- The grants an agent is registered with.
--
-- Identity registers agents; workforce owns grants. An agent and its first
-- grants are one act and must be one commit, so identity may write them
-- through this function and in no other way.
-- INVARIANT (first grants only): the agent was inserted by this very transaction.

CREATE FUNCTION workforce.grant_initial(wanted_agent uuid, ids uuid[], tools text[], actions text[], expiries timestamptz[])
  RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT (muster.may('agents:write') AND muster.may('grants:write')) THEN
    RAISE EXCEPTION 'this credential may not give grants' USING ERRCODE = 'MU005';
  END IF;
  IF cardinality(tools) <> cardinality(ids) OR cardinality(actions) <> cardinality(ids) OR cardinality(expiries) <> cardinality(ids) THEN
    RAISE EXCEPTION 'grant arrays differ in length' USING ERRCODE = 'MU004';
  END IF;
  -- Read under the caller's claims (the owner is under forced policies): a hidden agent is no agent.
  IF NOT EXISTS (SELECT FROM identity.agent a
                  WHERE a.tenant_id = (SELECT muster.tenant()) AND a.id = wanted_agent
                    AND a.xmin = pg_current_xact_id()::xid) THEN
    RAISE EXCEPTION 'not an agent of this registration' USING ERRCODE = 'MU005';
  END IF;
  INSERT INTO workforce.agent_grant (tenant_id, id, agent_id, tool, action, granted_by, expires_at)
    SELECT muster.tenant(), g.id, wanted_agent, g.tool, g.action, muster.subject(), g.expires_at
      FROM unnest(ids, tools, actions, expiries) AS g (id, tool, action, expires_at);
END $$;
REVOKE ALL ON FUNCTION workforce.grant_initial(uuid, uuid[], text[], text[], timestamptz[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workforce.grant_initial(uuid, uuid[], text[], text[], timestamptz[]) TO muster_identity;
