-- The keys that access tokens are signed with: one history for the whole installation, shared by every
-- gateway. They belong to no tenant, so there is no tenant wall here; the one role that signs tokens sees
-- the table and nobody else does, not even the owner. Private halves are wrapped by the key provider, which
-- the database never sees: a copy of this table signs nothing.

CREATE TABLE muster.platform_key (
  id          uuid PRIMARY KEY,            -- the `kid` of tokens and of /.well-known/jwks.json
  alg         text NOT NULL CHECK (alg = 'ES256'),
  public_jwk  jsonb NOT NULL CHECK (jsonb_typeof(public_jwk) = 'object' AND NOT public_jwk ? 'd'),
  wrapped     bytea,                       -- NULL once retired
  state       text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'retiring', 'retired')),
  created_at  timestamptz NOT NULL,
  retiring_at timestamptz,
  retired_at  timestamptz,
  -- A retired key keeps its public half for ever and can sign nothing.
  CHECK ((state = 'retired') = (wrapped IS NULL)),
  CHECK ((state = 'active') = (retiring_at IS NULL)),
  CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
-- INVARIANT (one signs): of all keys at most one is active, whatever two gateways do at once.
CREATE UNIQUE INDEX platform_key_active ON muster.platform_key ((true)) WHERE state = 'active';

ALTER TABLE muster.platform_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE muster.platform_key FORCE ROW LEVEL SECURITY;
CREATE POLICY gateway_only ON muster.platform_key FOR ALL TO muster_gateway USING (true) WITH CHECK (true);
-- No DELETE and no change of what a key is: states go forward, the wrapped half is taken away.
GRANT SELECT, INSERT, UPDATE (state, wrapped, retiring_at, retired_at) ON muster.platform_key TO muster_gateway;

-- INVARIANT (one way): active, retiring, retired. Also against a bug of the one who may update.
CREATE FUNCTION muster.platform_key_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'retired' OR (OLD.state = 'retiring' AND NEW.state = 'active') THEN
    RAISE EXCEPTION 'a signing key never comes back' USING ERRCODE = 'MU009';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION muster.platform_key_forward() FROM PUBLIC;
CREATE TRIGGER forward BEFORE UPDATE ON muster.platform_key FOR EACH ROW EXECUTE FUNCTION muster.platform_key_forward();
