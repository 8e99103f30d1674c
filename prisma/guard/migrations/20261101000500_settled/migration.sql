-- What people decided, in the engine: no permit for a denial, none for a review before its approval, no approval
-- without the votes behind it, nothing settled that moves again. Also against a bug of the service that decides.

ALTER TABLE guard.decision ADD CONSTRAINT denied_is_denied CHECK (outcome <> 'DENY' OR permit_expires_at IS NULL);

-- A permit that was not given with the decision is given by people.
CREATE FUNCTION guard.permit_follows_approval() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.outcome <> 'REVIEW' OR NOT EXISTS (SELECT FROM guard.approval a
      WHERE a.tenant_id = NEW.tenant_id AND a.decision_id = NEW.id AND a.status = 'APPROVED' AND a.action_hash = NEW.action_hash) THEN
    RAISE EXCEPTION 'nobody approved this' USING ERRCODE = 'MU011';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION guard.permit_follows_approval() FROM PUBLIC;
CREATE TRIGGER permit_follows_approval BEFORE UPDATE OF permit_expires_at ON guard.decision
  FOR EACH ROW WHEN (NEW.permit_expires_at IS DISTINCT FROM OLD.permit_expires_at)
  EXECUTE FUNCTION guard.permit_follows_approval();

-- INVARIANT (people counted once): an approval is approved by as many people as it needs, each of whom voted for
-- these very bytes; the primary key of votes counts each once.
CREATE FUNCTION guard.approval_settles() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE votes integer;
BEGIN
  IF OLD.status <> 'PENDING' THEN RAISE EXCEPTION 'what was settled stays settled' USING ERRCODE = 'MU011'; END IF;
  SELECT count(*) INTO votes FROM guard.approval_vote v
   WHERE v.tenant_id = NEW.tenant_id AND v.approval_id = NEW.id AND v.verdict = 'APPROVE' AND v.action_hash = NEW.action_hash;
  IF NEW.approvals > votes OR (NEW.status = 'APPROVED' AND votes < NEW.required) THEN
    RAISE EXCEPTION 'there are not that many votes' USING ERRCODE = 'MU011';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION guard.approval_settles() FROM PUBLIC;
CREATE TRIGGER approval_settles BEFORE UPDATE ON guard.approval
  FOR EACH ROW WHEN (OLD.status <> NEW.status OR OLD.approvals <> NEW.approvals) EXECUTE FUNCTION guard.approval_settles();

-- What happened is reported once.
CREATE FUNCTION guard.reported_once() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'this execution was reported before' USING ERRCODE = 'MU011';
END $$;
REVOKE ALL ON FUNCTION guard.reported_once() FROM PUBLIC;
CREATE TRIGGER reported_once BEFORE UPDATE ON guard.execution
  FOR EACH ROW WHEN (OLD.reported_at IS NOT NULL AND OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION guard.reported_once();
