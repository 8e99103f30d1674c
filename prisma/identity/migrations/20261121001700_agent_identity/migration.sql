-- Verification artifacts: what was proved about who an agent is, how, and with what evidence (spec/000).
--
-- A row is one proof asked for: a token to be published under a domain, or a nonce to be signed. It is settled once.

CREATE TABLE identity.verification_artifact (
  tenant_id     uuid NOT NULL,
  id            uuid NOT NULL,
  agent_id      uuid NOT NULL,
  artifact_type text NOT NULL CHECK (artifact_type IN ('domain_proof', 'key_proof')),
  method        text NOT NULL CHECK (method IN ('dns_txt', 'well_known', 'challenge')),
  status        text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'verified', 'failed')),
  domain        text CHECK (length(domain) BETWEEN 3 AND 240),
  -- 256 random bits. No secret: it is published under the domain, or signed by the key.
  token         text NOT NULL CHECK (length(token) = 43),
  -- SHA-256 of the public key the challenge is for: with another key registered the proof holds no longer.
  key_hash      bytea CHECK (length(key_hash) = 32),
  -- SHA-256 over what was found: the record, the file, the signature.
  evidence_hash bytea CHECK (length(evidence_hash) = 32),
  requested_by  uuid NOT NULL,
  requested_at  timestamptz NOT NULL DEFAULT muster.now(),
  -- Until when it may be settled.
  expires_at    timestamptz NOT NULL,
  settled_at    timestamptz,
  -- The receipt of the settlement.
  receipt_id    uuid,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES identity.agent (tenant_id, id),
  CONSTRAINT verification_of_domain CHECK ((artifact_type = 'domain_proof') = (domain IS NOT NULL AND method <> 'challenge')),
  CONSTRAINT verification_of_key CHECK ((artifact_type = 'key_proof') = (key_hash IS NOT NULL AND method = 'challenge')),
  CONSTRAINT verification_settled CHECK (
    (status = 'pending') = (settled_at IS NULL) AND (status = 'pending') = (evidence_hash IS NULL)
    AND (status = 'pending') = (receipt_id IS NULL))
);
CREATE INDEX verification_agent ON identity.verification_artifact (tenant_id, agent_id, id DESC);
-- Whoever sees the agent sees what was proved about it.
CALL muster.wall('identity.verification_artifact',
  '(SELECT muster.scope_all()) OR agent_id IN (SELECT unnest((SELECT muster.scope_agents())::uuid[]))');
-- What was asked for never changes, and nothing is deleted: a proof is settled.
GRANT SELECT, INSERT, UPDATE (status, evidence_hash, settled_at, receipt_id) ON identity.verification_artifact TO muster_identity;

-- Once: a failed challenge cannot be tried again, and what was verified stays on record as it was.
CREATE FUNCTION identity.verification_settles_once() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'a verification is settled once' USING ERRCODE = 'MU011';
END $$;
REVOKE ALL ON FUNCTION identity.verification_settles_once() FROM PUBLIC;
CREATE TRIGGER verification_settles_once BEFORE UPDATE ON identity.verification_artifact
  FOR EACH ROW WHEN (OLD.status <> 'pending') EXECUTE FUNCTION identity.verification_settles_once();

-- What scoring takes as evidence: that something was proved, when, and the receipt. Not what was proved.
CREATE VIEW identity.published_verification WITH (security_barrier) AS
  SELECT tenant_id, id, agent_id, artifact_type, settled_at, receipt_id
    FROM identity.verification_artifact WHERE status = 'verified';
GRANT SELECT ON identity.published_verification TO muster_scoring;
