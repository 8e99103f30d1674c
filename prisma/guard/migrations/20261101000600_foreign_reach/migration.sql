-- A reach for another tenant raises a finding, receipted, in the tenant of the one who reached.

-- What can be asked for by id here is known as somebody's (identity.known_id).
CREATE TRIGGER keep_id AFTER INSERT ON guard.approval FOR EACH ROW EXECUTE FUNCTION identity.keep_id();
CREATE TRIGGER keep_id AFTER INSERT ON guard.finding FOR EACH ROW EXECUTE FUNCTION identity.keep_id();

-- Called after the answer, with the ids that were answered as unknown. One open finding a credential: more of the
-- same raise its count. Seen by who sees the whole tenant, not by the one who reached. Under the decider's login,
-- whose caller and tenant are those of the hand-over. True when there was such a reach.
CREATE FUNCTION guard.report_reach(handover text, wanted uuid[], new_finding uuid, new_receipt uuid, nonce text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  caller jsonb;
  opened uuid;
BEGIN
  PERFORM set_config('request.jwt.claims', handover, true);
  caller := muster.claims();
  IF caller IS NULL THEN RAISE EXCEPTION 'no verified claims' USING ERRCODE = 'MU003'; END IF;
  IF NOT identity.belongs_elsewhere(wanted) THEN RETURN false; END IF;
  INSERT INTO guard.finding AS f (tenant_id, id, finding_type, severity, dedupe_key, summary, unit_path)
    VALUES ((caller->>'tenant_id')::uuid, new_finding, 'isolation.foreign_reach', 'high', 'isolation.foreign_reach/' || (caller->>'cred'),
            'a credential asked for what belongs to another tenant', '{}')
    ON CONFLICT (tenant_id, dedupe_key) WHERE status <> 'CLOSED'
    DO UPDATE SET count = f.count + 1, last_seen = muster.now(), version = f.version + 1
    RETURNING f.id INTO opened;
  IF opened = new_finding THEN
    PERFORM ledger.append_verified(ARRAY[caller], 'muster_guard', ARRAY[new_receipt], ARRAY['finding.opened'::text], ARRAY['finding'::text], ARRAY[new_finding::text],
      ARRAY[NULL]::uuid[], ARRAY[NULL]::text[], ARRAY[nonce], ARRAY['{"evidence":null,"severity":"high","type":"isolation.foreign_reach"}'::text], ARRAY[NULL]::bytea[]);
  END IF;
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION guard.report_reach(text, uuid[], uuid, uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.report_reach(text, uuid[], uuid, uuid, text) TO muster_decider;
