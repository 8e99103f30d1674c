-- Agents that prove possession of their registered key instead of sending a secret (RFC 7523, private_key_jwt).

-- Assertions that were used, for as long as they would hold: none is used twice, at whichever gateway.
CREATE TABLE identity.used_assertion (
  tenant_id  uuid NOT NULL,
  key_id     uuid NOT NULL,
  jti_hash   bytea NOT NULL CHECK (length(jti_hash) = 32),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key_id, jti_hash),
  FOREIGN KEY (tenant_id, key_id) REFERENCES identity.api_key (tenant_id, id)
);
CALL muster.wall('identity.used_assertion', '(SELECT muster.claims() ->> ''kind'') = ''service'' AND (SELECT muster.scope_all())');
-- No UPDATE: a use is not moved. Deleted once it could not be repeated any more.
GRANT SELECT, INSERT, DELETE ON identity.used_assertion TO muster_identity;

-- The registered key of the agent whose API key is the claims' subject, for the gateway. Nothing for anybody but the door.
CREATE FUNCTION identity.agent_key_of_subject() RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT a.public_key FROM identity.api_key k JOIN identity.agent a ON a.tenant_id = k.tenant_id AND a.id = k.agent_id
   WHERE k.tenant_id = muster.tenant() AND k.id = muster.subject() AND (SELECT muster.claims() ->> 'kind') = 'service'
     AND k.is_active AND (k.expires_at IS NULL OR k.expires_at > muster.now())
$$;
REVOKE ALL ON FUNCTION identity.agent_key_of_subject() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.agent_key_of_subject() TO muster_gateway;
