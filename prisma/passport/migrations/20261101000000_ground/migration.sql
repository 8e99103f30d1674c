-- Passport: everything signed. Keys and tool manifests; the ledger follows in the next migration.

GRANT USAGE ON SCHEMA passport, ledger TO muster_passport;

-- Data keys of the envelope: one for each (tenant, class, month, subject), wrapped by the tenant's
-- key-encryption key, which the database never sees. Destroying one forgets what it sealed.
CREATE TABLE passport.data_key (
  tenant_id    uuid NOT NULL,
  id           uuid NOT NULL,
  class        text NOT NULL CHECK (class ~ '^[a-z][a-z0-9-]{0,31}$'),
  month        text NOT NULL CHECK (month ~ '^\d{4}-\d{2}$'),
  subject      text NOT NULL CHECK (length(subject) BETWEEN 1 AND 64),
  generation   integer NOT NULL DEFAULT 1, -- raised when a key has sealed as many messages as it may
  wrapped      bytea,                      -- NULL once destroyed
  created_at   timestamptz NOT NULL DEFAULT muster.now(),
  destroyed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, class, month, subject, generation),
  CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CALL muster.wall('passport.data_key', 'true');
-- No direct rights for other services: they get and make keys through the two functions below.
GRANT SELECT, UPDATE (wrapped, destroyed_at) ON passport.data_key TO muster_passport;

-- The live data key of a scope, made from the offered one when there is none. Two callers get the same.
CREATE FUNCTION passport.data_key_for(wanted_class text, wanted_month text, wanted_subject text, wanted_generation integer, offered uuid, offered_wrapped bytea)
  RETURNS TABLE (id uuid, wrapped bytea)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO passport.data_key AS k (tenant_id, id, class, month, subject, generation, wrapped)
    VALUES (muster.tenant(), offered, wanted_class, wanted_month, wanted_subject, wanted_generation, offered_wrapped)
    ON CONFLICT (tenant_id, class, month, subject, generation) DO NOTHING;
  RETURN QUERY SELECT k.id, k.wrapped FROM passport.data_key k
   WHERE k.tenant_id = muster.tenant() AND k.class = wanted_class AND k.month = wanted_month
     AND k.subject = wanted_subject AND k.generation = wanted_generation;
END $$;
CREATE FUNCTION passport.data_key_by_id(wanted uuid) RETURNS TABLE (id uuid, class text, month text, subject text, wrapped bytea)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.id, k.class, k.month, k.subject, k.wrapped FROM passport.data_key k WHERE k.tenant_id = muster.tenant() AND k.id = wanted
$$;
REVOKE ALL ON FUNCTION passport.data_key_for(text, text, text, integer, uuid, bytea), passport.data_key_by_id(uuid) FROM PUBLIC;
GRANT USAGE ON SCHEMA passport TO muster_identity, muster_workforce, muster_scoring, muster_guard, muster_decider, muster_gateway;
GRANT EXECUTE ON FUNCTION passport.data_key_for(text, text, text, integer, uuid, bytea), passport.data_key_by_id(uuid)
  TO muster_identity, muster_workforce, muster_scoring, muster_guard, muster_decider, muster_passport;

-- Signing keys of a tenant and their states. Private halves are wrapped; a retired key keeps its public
-- half for ever (old signatures must verify) and loses the private one.
CREATE TABLE passport.signing_key (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL,
  purpose     text NOT NULL CHECK (purpose IN ('ledger', 'issuer', 'permit')),
  alg         text NOT NULL CHECK (alg IN ('Ed25519', 'ES256', 'HS256')),
  public_jwk  jsonb,                       -- NULL for symmetric keys
  wrapped     bytea,
  state       text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'retiring', 'retired')),
  created_at  timestamptz NOT NULL DEFAULT muster.now(),
  retiring_at timestamptz,
  retired_at  timestamptz,
  PRIMARY KEY (tenant_id, id),
  CHECK (state <> 'retired' OR wrapped IS NULL OR alg = 'HS256')
);
-- One active key a purpose.
CREATE UNIQUE INDEX signing_key_active ON passport.signing_key (tenant_id, purpose) WHERE state = 'active';
CALL muster.wall('passport.signing_key', 'true');
-- No DELETE: the history of keys is part of the proof.
GRANT SELECT, INSERT, UPDATE (state, wrapped, retiring_at, retired_at) ON passport.signing_key TO muster_passport;

-- The tenant's permit keys, for the service that mints and checks permits. Wrapped: useless without the provider.
CREATE FUNCTION passport.permit_keys() RETURNS TABLE (id uuid, wrapped bytea, state text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.id, k.wrapped, k.state FROM passport.signing_key k
   WHERE k.tenant_id = muster.tenant() AND k.purpose = 'permit' ORDER BY k.state, k.created_at DESC
$$;
REVOKE ALL ON FUNCTION passport.permit_keys() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION passport.permit_keys() TO muster_guard, muster_decider;

-- Tool manifests, pinned by hash. What mutates is said here, by whoever may write manifests, never by the caller.
CREATE TABLE passport.manifest (
  tenant_id     uuid NOT NULL,
  id            uuid NOT NULL,
  server        text NOT NULL CHECK (length(server) BETWEEN 1 AND 200),
  tool          text NOT NULL CHECK (length(tool) BETWEEN 1 AND 200),
  action        text NOT NULL DEFAULT '',   -- '' = the tool's every action
  version       integer NOT NULL,
  hash          bytea NOT NULL CHECK (length(hash) = 32),
  mutates       boolean NOT NULL,
  canonical     bytea NOT NULL,             -- the canonical bytes the hash is over
  state         text NOT NULL DEFAULT 'PINNED' CHECK (state IN ('PINNED', 'SUPERSEDED', 'QUARANTINED')),
  pinned_by     uuid NOT NULL,
  pinned_at     timestamptz NOT NULL DEFAULT muster.now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, tool, version)
);
-- One manifest counts for a tool at a time.
CREATE UNIQUE INDEX manifest_current ON passport.manifest (tenant_id, tool) WHERE state IN ('PINNED', 'QUARANTINED');
CALL muster.wall('passport.manifest', 'true');
GRANT SELECT, INSERT, UPDATE (state) ON passport.manifest TO muster_passport;
CREATE VIEW passport.published_manifest WITH (security_barrier) AS
  SELECT tenant_id, id, server, tool, version, hash, mutates, state, pinned_at FROM passport.manifest
   WHERE state IN ('PINNED', 'QUARANTINED');
GRANT SELECT ON passport.published_manifest TO muster_guard, muster_workforce;
