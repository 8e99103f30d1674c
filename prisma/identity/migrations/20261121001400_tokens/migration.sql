-- Tokens: refresh tokens that rotate, and what ends tokens of every kind.
--
-- A refresh token's family is the session or the credential it belongs to. A token that is presented twice
-- is in two hands, so the family ends. Only the door (a hand-over of kind `service`) reads or writes these rows;
-- people and keys reach them through what they end: a session, a key, the tenant.

-- Access and refresh tokens issued on a key up to this instant hold no longer; the key itself does.
ALTER TABLE identity.api_key ADD COLUMN tokens_after timestamptz;
GRANT UPDATE (tokens_after) ON identity.api_key TO muster_identity;

-- Everybody's tokens issued up to this instant hold no longer.
ALTER TABLE identity.tenant ADD COLUMN tokens_after timestamptz;
GRANT UPDATE (tokens_after) ON identity.tenant TO muster_identity;

CREATE TABLE identity.refresh_token (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  -- The session or the key. No foreign key: it is one of two tables, and neither loses rows.
  family_id  uuid NOT NULL,
  basis      text NOT NULL CHECK (basis IN ('session', 'api_key')),
  token_hash bytea NOT NULL CHECK (length(token_hash) = 32),
  scope      text[] NOT NULL,
  issued_at  timestamptz NOT NULL DEFAULT muster.now(),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CALL muster.wall('identity.refresh_token', '(SELECT muster.claims() ->> ''kind'') = ''service'' AND (SELECT muster.scope_all())');
-- A token is used once; nothing else about it changes. No DELETE: a spent one is what reuse is known by.
GRANT SELECT, INSERT, UPDATE (used_at) ON identity.refresh_token TO muster_identity;

-- Access tokens that were given back before they ended, by `jti`.
CREATE TABLE identity.revoked_token (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CALL muster.wall('identity.revoked_token', '(SELECT muster.claims() ->> ''kind'') = ''service'' AND (SELECT muster.scope_all())');
GRANT SELECT, INSERT, DELETE ON identity.revoked_token TO muster_identity;

-- True for an access token that still stands, for the gateway: not given back, and issued after what its key and its
-- tenant draw the line at. Whether key or session stand is asked beside it. Nothing for anybody but the door.
CREATE FUNCTION identity.token_stands(token uuid, issued timestamptz, credential uuid) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT true FROM identity.tenant t
   WHERE t.id = muster.tenant() AND (SELECT muster.claims() ->> 'kind') = 'service'
     AND (t.tokens_after IS NULL OR t.tokens_after < issued)
     AND NOT EXISTS (SELECT FROM identity.revoked_token r WHERE r.tenant_id = t.id AND r.id = token)
     AND NOT EXISTS (SELECT FROM identity.api_key k WHERE k.tenant_id = t.id AND k.id = credential AND k.tokens_after >= issued)
$$;
REVOKE ALL ON FUNCTION identity.token_stands(uuid, timestamptz, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.token_stands(uuid, timestamptz, uuid) TO muster_gateway;
