-- Single sign-on by OpenID Connect: one provider a tenant, the mail domains a tenant proved to be its own, and whose
-- account at the provider is whose here.
--
-- Who may write here decides who signs in as whom, so it takes a capability of its own, over the whole tenant.

-- Read by everybody of the tenant: a password is checked under its person's own claims, and whether passwords count
-- at all stands here. The secret is sealed, and no view or field shows it.
CREATE TABLE identity.sso_config (
  tenant_id             uuid PRIMARY KEY,
  provider_type         text NOT NULL CHECK (provider_type IN ('entra_id', 'google', 'okta', 'oidc_generic')),
  issuer                text NOT NULL CHECK (length(issuer) BETWEEN 8 AND 500),
  client_id             text NOT NULL CHECK (length(client_id) BETWEEN 1 AND 200),
  secret_sealed         bytea NOT NULL,
  -- Never `none`, never a MAC: whoever knows the client secret could otherwise say who signs in.
  algorithms            text[] NOT NULL CHECK (cardinality(algorithms) > 0 AND algorithms <@ ARRAY['RS256', 'PS256', 'ES256', 'EdDSA']),
  enforce_sso_only      boolean NOT NULL DEFAULT false,
  provision_role        text,                      -- null = nobody is added by signing in
  provision_unit_id     uuid,                      -- null = the role is held over the whole tenant
  break_glass_person_id uuid,                      -- may use the password all the same; rings when they do
  updated_at            timestamptz NOT NULL DEFAULT muster.now(),
  version               integer NOT NULL DEFAULT 1,
  FOREIGN KEY (tenant_id, break_glass_person_id) REFERENCES identity.person (tenant_id, id),
  CHECK (provision_role IN ('ciso', 'analyst', 'approver', 'team-lead', 'org-admin', 'owner', 'viewer')),
  -- A provider that is down must not lock everybody out.
  CHECK (NOT enforce_sso_only OR break_glass_person_id IS NOT NULL)
);
CALL muster.wall('identity.sso_config', '(SELECT muster.may(''sso:write'')) AND (SELECT muster.scope_all())');
CREATE POLICY read_in_tenant ON identity.sso_config AS PERMISSIVE FOR SELECT TO PUBLIC USING (true);
GRANT SELECT, INSERT, DELETE, UPDATE (provider_type, issuer, client_id, secret_sealed, algorithms, enforce_sso_only,
  provision_role, provision_unit_id, break_glass_person_id, updated_at, version) ON identity.sso_config TO muster_identity;

-- Mail domains. Anybody may claim one; it counts once a DNS record proved it, and then for one tenant alone.
CREATE TABLE identity.sso_domain (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL,
  domain      text NOT NULL CHECK (domain = lower(domain) AND length(domain) BETWEEN 3 AND 253),
  token       text NOT NULL CHECK (length(token) BETWEEN 20 AND 100), -- published in DNS: not a secret
  created_at  timestamptz NOT NULL DEFAULT muster.now(),
  verified_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, domain)
);
-- Spans tenants: only who proved the domain by DNS ever meets it, and they may know that it is in use.
CREATE UNIQUE INDEX sso_domain_verified ON identity.sso_domain (domain) WHERE verified_at IS NOT NULL;
CALL muster.wall('identity.sso_domain', '(SELECT muster.may(''sso:write'')) AND (SELECT muster.scope_all())');
-- Read while somebody signs in, before they have a right to anything.
CREATE POLICY read_in_tenant ON identity.sso_domain AS PERMISSIVE FOR SELECT TO PUBLIC USING (true);
-- The domain itself never changes: another one is another claim.
GRANT SELECT, INSERT, DELETE, UPDATE (verified_at) ON identity.sso_domain TO muster_identity;

-- Which account at a provider is whose. The subject is kept as a keyed hash: it is found again, and read by nobody.
CREATE TABLE identity.sso_link (
  tenant_id     uuid NOT NULL,
  id            uuid NOT NULL,
  person_id     uuid NOT NULL,
  provider_type text NOT NULL,
  issuer        text NOT NULL,
  subject_index bytea NOT NULL CHECK (length(subject_index) = 32),
  linked_at     timestamptz NOT NULL DEFAULT muster.now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, provider_type, issuer, subject_index),
  -- A person has one account at a provider: a second one that claims the same address is somebody else's.
  UNIQUE (tenant_id, provider_type, issuer, person_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
CALL muster.wall('identity.sso_link', 'person_id = (SELECT muster.subject()) OR (SELECT muster.may(''people:write'')) AND (SELECT muster.scope_all())');
-- No UPDATE: an account that becomes another person's is a new link.
GRANT SELECT, INSERT, DELETE ON identity.sso_link TO muster_identity;

-- Which sessions came from a provider's session, so that its end is theirs.
CREATE TABLE identity.sso_session (
  tenant_id     uuid NOT NULL,
  session_id    uuid NOT NULL,
  person_id     uuid NOT NULL,
  issuer        text NOT NULL,
  subject_index bytea NOT NULL CHECK (length(subject_index) = 32),
  sid_index     bytea CHECK (length(sid_index) = 32), -- the provider's session id, hashed; null = it named none
  PRIMARY KEY (tenant_id, session_id),
  FOREIGN KEY (tenant_id, session_id) REFERENCES identity.session (tenant_id, id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
CREATE INDEX sso_session_subject ON identity.sso_session (tenant_id, subject_index);
CALL muster.wall('identity.sso_session', 'person_id = (SELECT muster.subject()) OR (SELECT muster.may(''people:write'')) AND (SELECT muster.scope_all())');
GRANT SELECT, INSERT ON identity.sso_session TO muster_identity;

-- The door finds a tenant by a verified domain of its own, and by the issuer that speaks of one of its sessions.
SET ROLE muster_door;
ALTER TABLE identity.door DROP CONSTRAINT door_kind_check;
ALTER TABLE identity.door ADD CONSTRAINT door_kind_check CHECK (kind ~ '^[a-z][a-z_]{2,30}$');
SET ROLE muster_owner;
GRANT CREATE ON SCHEMA identity TO muster_door; -- taken back below
CREATE FUNCTION identity.keep_sso_door() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'sso_domain' THEN
    IF TG_OP <> 'INSERT' THEN
      DELETE FROM identity.door d WHERE d.kind = 'sso_domain' AND d.lookup = convert_to(OLD.domain, 'UTF8') AND d.tenant_id = OLD.tenant_id AND d.ref_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.verified_at IS NOT NULL THEN
      INSERT INTO identity.door VALUES ('sso_domain', convert_to(NEW.domain, 'UTF8'), NEW.tenant_id, NEW.id, NULL);
    END IF;
  ELSE
    IF TG_OP <> 'INSERT' THEN
      DELETE FROM identity.door d WHERE d.kind = 'sso_client' AND d.lookup = convert_to(OLD.issuer || E'\n' || OLD.client_id, 'UTF8') AND d.tenant_id = OLD.tenant_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
      INSERT INTO identity.door VALUES ('sso_client', convert_to(NEW.issuer || E'\n' || NEW.client_id, 'UTF8'), NEW.tenant_id, NEW.tenant_id, NULL);
    END IF;
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION identity.keep_sso_door() FROM PUBLIC;
CREATE TRIGGER keep_door AFTER INSERT OR UPDATE OR DELETE ON identity.sso_domain FOR EACH ROW EXECUTE FUNCTION identity.keep_sso_door();
CREATE TRIGGER keep_door AFTER INSERT OR UPDATE OR DELETE ON identity.sso_config FOR EACH ROW EXECUTE FUNCTION identity.keep_sso_door();
ALTER FUNCTION identity.keep_sso_door() OWNER TO muster_door;
SET ROLE muster_door;
GRANT EXECUTE ON FUNCTION identity.keep_sso_door() TO muster_owner;
SET ROLE muster_owner;
REVOKE CREATE ON SCHEMA identity FROM muster_door;
