-- Identity: customers, tenants, people, what they sign in with, and agents.

GRANT USAGE ON SCHEMA identity TO muster_identity;

-- The customer. One row is visible: the one the caller's tenant belongs to.
CREATE TABLE identity.organization (
  id         uuid PRIMARY KEY,
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  slug       text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  created_at timestamptz NOT NULL DEFAULT muster.now()
);

-- One of its companies or business units: the unit of isolation.
CREATE TABLE identity.tenant (
  id              uuid PRIMARY KEY,
  organization_id uuid NOT NULL REFERENCES identity.organization (id),
  name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  slug            text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  plan_code       text NOT NULL DEFAULT 'free' CHECK (plan_code IN ('free', 'pro', 'max')),
  is_active       boolean NOT NULL DEFAULT true,
  -- spec/000 "Scoring Profile": preset name and optional weight overrides.
  scoring_profile jsonb NOT NULL DEFAULT '{"profile_code": "general"}',
  -- Raised whenever roles, units or status change what somebody may see; open streams close on it.
  scope_epoch     bigint NOT NULL DEFAULT 1,
  created_at      timestamptz NOT NULL DEFAULT muster.now(),
  UNIQUE (organization_id, id)
);
CALL muster.wall('identity.tenant', 'true', 'id');
ALTER TABLE identity.organization ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.organization FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_wall ON identity.organization AS RESTRICTIVE FOR ALL TO PUBLIC
  USING (id = (SELECT t.organization_id FROM identity.tenant t WHERE t.id = (SELECT muster.tenant())))
  WITH CHECK (id = (SELECT t.organization_id FROM identity.tenant t WHERE t.id = (SELECT muster.tenant())));
CREATE POLICY access_scope ON identity.organization AS PERMISSIVE FOR ALL TO PUBLIC USING (true) WITH CHECK (true);
GRANT SELECT ON identity.organization TO muster_identity;
-- The scope epoch and the settings change; nothing else does. No INSERT: tenants are opened by identity.open_tenant().
GRANT SELECT, UPDATE (name, scoring_profile, scope_epoch) ON identity.tenant TO muster_identity;

-- Opens an organization and a tenant in one act. Bootstrap only: nobody who serves requests may call it.
CREATE FUNCTION identity.open_tenant(organization uuid, organization_slug text, organization_name text,
                                     tenant uuid, tenant_slug text, tenant_name text) RETURNS void
  LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO identity.organization (id, slug, name) VALUES (organization, organization_slug, organization_name) ON CONFLICT (id) DO NOTHING;
  INSERT INTO identity.tenant (id, organization_id, slug, name) VALUES (tenant, organization, tenant_slug, tenant_name);
END $$;
REVOKE ALL ON FUNCTION identity.open_tenant(uuid, text, text, uuid, text, text) FROM PUBLIC;

-- People: owners, approvers, operators, never subjects of monitoring. Name and address are sealed under the
-- person's own data key, so that destroying it forgets them; the e-mail is found by a keyed index.
CREATE TABLE identity.person (
  tenant_id         uuid NOT NULL,
  id                uuid NOT NULL,
  email_index       bytea NOT NULL CHECK (length(email_index) = 32), -- HMAC-SHA-256 of the lower-cased address
  email_sealed      bytea NOT NULL,
  name_sealed       bytea NOT NULL,
  unit_id           uuid,               -- home org unit, for who may see whom
  status            text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'LEFT')),
  email_verified_at timestamptz,
  created_at        timestamptz NOT NULL DEFAULT muster.now(),
  version           integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, email_index)
);
CALL muster.wall('identity.person',
  '(SELECT muster.scope_all()) OR id = (SELECT muster.subject()) OR unit_id = ANY ((SELECT muster.scope_units())::uuid[])');
-- No DELETE: a person leaves; forgetting is destroying the data key.
GRANT SELECT, INSERT, UPDATE ON identity.person TO muster_identity;

-- argon2id hashes (PHC strings). Readable only for the person they belong to, and for the sign-in that acts as them.
CREATE TABLE identity.password (
  tenant_id  uuid NOT NULL,
  person_id  uuid NOT NULL,
  hash       text NOT NULL CHECK (hash LIKE '$argon2id$%'),
  changed_at timestamptz NOT NULL DEFAULT muster.now(),
  PRIMARY KEY (tenant_id, person_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
CALL muster.wall('identity.password', 'person_id = (SELECT muster.subject())', 'tenant_id',
  'person_id = (SELECT muster.subject()) OR (SELECT muster.may(''people:write''))');
GRANT SELECT, INSERT, UPDATE ON identity.password TO muster_identity;

-- Which role a person holds, and where: unit NULL = the whole tenant.
CREATE TABLE identity.role_binding (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  person_id  uuid NOT NULL,
  role       text NOT NULL CHECK (role IN ('tenant-admin','ciso','analyst','approver','team-lead','org-admin','owner','viewer','auditor')),
  unit_id    uuid,
  granted_by uuid NOT NULL,
  granted_at timestamptz NOT NULL DEFAULT muster.now(),
  expires_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE NULLS NOT DISTINCT (tenant_id, person_id, role, unit_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
CALL muster.wall('identity.role_binding',
  '(SELECT muster.scope_all()) OR person_id = (SELECT muster.subject()) OR unit_id = ANY ((SELECT muster.scope_units())::uuid[])',
  'tenant_id',
  -- Nobody hands out a role beyond their own scope.
  '(SELECT muster.scope_all()) OR unit_id = ANY ((SELECT muster.scope_units())::uuid[])');
GRANT SELECT, INSERT, DELETE ON identity.role_binding TO muster_identity;

-- Signed-in people. The token itself is never stored, only its SHA-256.
CREATE TABLE identity.session (
  tenant_id    uuid NOT NULL,
  id           uuid NOT NULL,
  person_id    uuid NOT NULL,
  token_hash   bytea NOT NULL CHECK (length(token_hash) = 32),
  login_method text NOT NULL DEFAULT 'password' CHECK (login_method IN ('password','sso_entra_id','sso_google','sso_okta','sso_oidc_generic')),
  created_at   timestamptz NOT NULL DEFAULT muster.now(),
  expires_at   timestamptz NOT NULL,
  revoked_at   timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
CREATE INDEX session_person ON identity.session (tenant_id, person_id);
CALL muster.wall('identity.session', 'person_id = (SELECT muster.subject()) OR (SELECT muster.may(''people:write'')) AND (SELECT muster.scope_all())');
GRANT SELECT, INSERT, UPDATE ON identity.session TO muster_identity;

-- Keys of platforms and agents. Shown once, stored as SHA-256, bound to a capability set and a trust ceiling.
CREATE TABLE identity.api_key (
  tenant_id     uuid NOT NULL,
  id            uuid NOT NULL,
  label         text NOT NULL CHECK (length(label) BETWEEN 1 AND 200),
  key_prefix    text NOT NULL CHECK (length(key_prefix) BETWEEN 8 AND 64),
  key_hash      bytea NOT NULL CHECK (length(key_hash) = 32),
  agent_id      uuid,                    -- set: the key of one agent
  unit_id       uuid,                    -- set: the key sees that subtree only
  capabilities  text[] NOT NULL,
  trust_ceiling text NOT NULL CHECK (trust_ceiling IN ('TRUSTED_INTERNAL_SIGNED','TRUSTED_INTERNAL','SEMI_TRUSTED','UNKNOWN','UNTRUSTED_EXTERNAL','MALICIOUS_SUSPECTED')),
  is_active     boolean NOT NULL DEFAULT true,
  created_by    uuid NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT muster.now(),
  expires_at    timestamptz,
  last_used_at  timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, key_prefix)
);
CREATE INDEX api_key_agent ON identity.api_key (tenant_id, agent_id) WHERE agent_id IS NOT NULL;
CALL muster.wall('identity.api_key',
  '(SELECT muster.scope_all()) OR id = (SELECT muster.subject()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[]) OR unit_id = ANY ((SELECT muster.scope_units())::uuid[])',
  'tenant_id',
  '(SELECT muster.scope_all()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[]) OR unit_id = ANY ((SELECT muster.scope_units())::uuid[])');
-- A key can be switched off and its last use noted; what it may do never changes after it was made.
GRANT SELECT, INSERT, UPDATE (is_active, last_used_at, expires_at) ON identity.api_key TO muster_identity;

-- Agents: digital employees, each with exactly one accountable human owner and one team.
CREATE TABLE identity.agent (
  tenant_id     uuid NOT NULL,
  id            uuid NOT NULL,
  slug          text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9._-]{0,126}$'),
  display_name  text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 200),
  description   text NOT NULL DEFAULT '',
  owner_id      uuid NOT NULL,
  team_id       uuid NOT NULL,
  environment   text NOT NULL DEFAULT 'production',
  purpose       text NOT NULL DEFAULT '',
  model         text NOT NULL DEFAULT '',
  risk_tier     text NOT NULL DEFAULT 'MEDIUM' CHECK (risk_tier IN ('LOW','MEDIUM','HIGH','CRITICAL')),
  status        text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE','RESTRICTED','FROZEN','QUARANTINED','REVOKED')),
  status_since  timestamptz NOT NULL DEFAULT muster.now(),
  public_key    text,
  created_at    timestamptz NOT NULL DEFAULT muster.now(),
  updated_at    timestamptz NOT NULL DEFAULT muster.now(),
  version       integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, slug),
  FOREIGN KEY (tenant_id, owner_id) REFERENCES identity.person (tenant_id, id)
);
CREATE INDEX agent_team ON identity.agent (tenant_id, team_id);
CREATE INDEX agent_owner ON identity.agent (tenant_id, owner_id);
CREATE INDEX agent_status ON identity.agent (tenant_id, status);
CALL muster.wall('identity.agent',
  '(SELECT muster.scope_all()) OR team_id = ANY ((SELECT muster.scope_units())::uuid[]) OR owner_id = (SELECT muster.subject()) OR id = (SELECT muster.own_agent())',
  'tenant_id',
  -- An agent cannot be placed into a team, or moved to one, that the caller does not see.
  '(SELECT muster.scope_all()) OR team_id = ANY ((SELECT muster.scope_units())::uuid[])');
-- No DELETE: an agent is revoked; its record stays. The team is changed by the mover alone.
GRANT SELECT, INSERT, UPDATE (display_name, description, owner_id, environment, purpose, model, risk_tier, status, status_since,
  public_key, updated_at, version) ON identity.agent TO muster_identity;

-- Doors: what must be found before a tenant is known. A row says which tenant, which row there, and a hash
-- to compare; nothing else. Owned by the door role, filled by triggers, read through one function.
GRANT USAGE, CREATE ON SCHEMA identity TO muster_door;
CREATE TABLE identity.door (
  kind       text NOT NULL CHECK (kind IN ('api_key', 'session', 'email', 'tenant')),
  lookup     bytea NOT NULL,
  tenant_id  uuid NOT NULL,
  ref_id     uuid NOT NULL,
  hash       bytea,
  PRIMARY KEY (kind, lookup, tenant_id, ref_id)
);
ALTER TABLE identity.door ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity.door FORCE ROW LEVEL SECURITY;
CREATE POLICY door_only ON identity.door FOR ALL TO muster_door USING (true) WITH CHECK (true);

CREATE FUNCTION identity.keep_door() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'api_key' THEN
    INSERT INTO identity.door VALUES ('api_key', convert_to(NEW.key_prefix, 'UTF8'), NEW.tenant_id, NEW.id, NEW.key_hash);
  ELSIF TG_TABLE_NAME = 'session' THEN
    INSERT INTO identity.door VALUES ('session', NEW.token_hash, NEW.tenant_id, NEW.id, NULL);
  ELSIF TG_TABLE_NAME = 'person' THEN
    INSERT INTO identity.door VALUES ('email', NEW.email_index, NEW.tenant_id, NEW.id, NULL);
  ELSE
    INSERT INTO identity.door VALUES ('tenant', convert_to(NEW.slug, 'UTF8'), NEW.id, NEW.id, NULL);
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION identity.keep_door() FROM PUBLIC;
CREATE TRIGGER keep_door AFTER INSERT ON identity.api_key FOR EACH ROW EXECUTE FUNCTION identity.keep_door();
CREATE TRIGGER keep_door AFTER INSERT ON identity.session FOR EACH ROW EXECUTE FUNCTION identity.keep_door();
CREATE TRIGGER keep_door AFTER INSERT ON identity.person FOR EACH ROW EXECUTE FUNCTION identity.keep_door();
CREATE TRIGGER keep_door AFTER INSERT ON identity.tenant FOR EACH ROW EXECUTE FUNCTION identity.keep_door();

CREATE FUNCTION identity.door_lookup(wanted_kind text, wanted bytea) RETURNS TABLE (tenant_id uuid, ref_id uuid, hash bytea)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.tenant_id, d.ref_id, d.hash FROM identity.door d WHERE d.kind = wanted_kind AND d.lookup = wanted LIMIT 16
$$;
REVOKE ALL ON FUNCTION identity.door_lookup(text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.door_lookup(text, bytea) TO muster_gateway, muster_identity;

-- Who a credential is, for the gateway, under claims that name the tenant and the credential as subject.
-- Returns NULL for anything inactive, expired, revoked or not the subject's own.
CREATE FUNCTION identity.principal(wanted_kind text) RETURNS jsonb
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me   uuid := muster.subject();
  live boolean := EXISTS (SELECT FROM identity.tenant t WHERE t.id = muster.tenant() AND t.is_active);
  epoch bigint := (SELECT t.scope_epoch FROM identity.tenant t WHERE t.id = muster.tenant());
BEGIN
  IF NOT live THEN RETURN NULL; END IF;
  IF wanted_kind = 'api_key' THEN
    RETURN (SELECT jsonb_build_object('id', k.id, 'agent', k.agent_id, 'unit', k.unit_id, 'caps', k.capabilities,
                                      'ceiling', k.trust_ceiling, 'expires_at', k.expires_at, 'epoch', epoch)
              FROM identity.api_key k
             WHERE k.tenant_id = muster.tenant() AND k.id = me AND k.is_active AND (k.expires_at IS NULL OR k.expires_at > muster.now()));
  END IF;
  RETURN (SELECT jsonb_build_object('id', p.id, 'epoch', epoch, 'roles', coalesce(
             (SELECT jsonb_agg(jsonb_build_object('role', b.role, 'unit', b.unit_id) ORDER BY b.role, b.unit_id)
                FROM identity.role_binding b
               WHERE b.tenant_id = p.tenant_id AND b.person_id = p.id AND (b.expires_at IS NULL OR b.expires_at > muster.now())), '[]'))
            FROM identity.person p
           WHERE p.tenant_id = muster.tenant() AND p.id = me AND p.status = 'ACTIVE');
END $$;
REVOKE ALL ON FUNCTION identity.principal(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.principal(text) TO muster_gateway;

-- The person behind a session, for the gateway: NULL when it ended. The claims name the tenant; the
-- session id came from the door by the hash of its token.
CREATE FUNCTION identity.session_person(session uuid) RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('person', s.person_id, 'expires_at', s.expires_at, 'login_method', s.login_method)
    FROM identity.session s
   WHERE s.tenant_id = muster.tenant() AND s.id = session AND s.revoked_at IS NULL AND s.expires_at > muster.now()
$$;
REVOKE ALL ON FUNCTION identity.session_person(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.session_person(uuid) TO muster_gateway;

-- Moves an agent whose transfer both sides agreed to. WITH CHECK cannot express a move out of one's own
-- scope, so the mover role does it: it sees the tenant's agents and open offers, and changes one column.
GRANT USAGE ON SCHEMA identity, workforce TO muster_mover;
GRANT SELECT, UPDATE (team_id, owner_id, version, updated_at) ON identity.agent TO muster_mover;
GRANT SELECT, UPDATE (status, settled_at, settled_by) ON workforce.transfer_offer TO muster_mover;
CREATE POLICY mover ON identity.agent AS PERMISSIVE FOR ALL TO muster_mover USING (true) WITH CHECK (true);
CREATE POLICY mover ON workforce.transfer_offer AS PERMISSIVE FOR ALL TO muster_mover USING (true) WITH CHECK (true);
GRANT CREATE ON SCHEMA identity TO muster_mover;
CREATE FUNCTION identity.accept_transfer(offer uuid) RETURNS uuid
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o record;
BEGIN
  SELECT * INTO o FROM workforce.transfer_offer t
   WHERE t.tenant_id = (SELECT muster.tenant()) AND t.id = offer FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  -- Accepting is the receiving side's act: the target team must be in the caller's own scope.
  IF NOT (muster.scope_all() OR o.to_team_id = ANY (muster.scope_units())) OR NOT muster.may('agents:write') THEN RETURN NULL; END IF;
  IF o.status <> 'OFFERED' OR o.expires_at <= muster.now() THEN RETURN NULL; END IF;
  UPDATE identity.agent a SET team_id = o.to_team_id, version = a.version + 1, updated_at = muster.now()
   WHERE a.tenant_id = o.tenant_id AND a.id = o.agent_id AND a.team_id = o.from_team_id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  UPDATE workforce.transfer_offer t SET status = 'ACCEPTED', settled_at = muster.now(), settled_by = muster.subject()
   WHERE t.tenant_id = o.tenant_id AND t.id = o.id;
  RETURN o.agent_id;
END $$;
REVOKE ALL ON FUNCTION identity.accept_transfer(uuid) FROM PUBLIC;
GRANT USAGE ON SCHEMA identity TO muster_workforce, muster_guard, muster_scoring, muster_passport, muster_gateway, muster_decider, muster_scheduler;
GRANT EXECUTE ON FUNCTION identity.accept_transfer(uuid) TO muster_workforce;

-- What other services may read of agents and of people (no names, no addresses, no hashes).
CREATE VIEW identity.published_agent WITH (security_barrier) AS
  SELECT tenant_id, id, slug, display_name, owner_id, team_id, environment, model, risk_tier, status, status_since, created_at, version FROM identity.agent;
CREATE VIEW identity.published_person WITH (security_barrier) AS
  SELECT tenant_id, id, unit_id, status FROM identity.person;
CREATE VIEW identity.published_role WITH (security_barrier) AS
  SELECT tenant_id, person_id, role, unit_id, expires_at FROM identity.role_binding;
GRANT SELECT ON identity.published_agent TO muster_workforce, muster_guard, muster_scoring, muster_passport;
GRANT SELECT ON identity.published_person TO muster_workforce, muster_guard;
GRANT SELECT ON identity.published_role TO muster_workforce, muster_guard;

-- Timers work tenant by tenant; to do so they may list tenant ids and nothing else.
GRANT CREATE ON SCHEMA identity TO muster_door;
CREATE FUNCTION identity.tenant_ids() RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
  $$ SELECT d.tenant_id FROM identity.door d WHERE d.kind = 'tenant' $$;
REVOKE ALL ON FUNCTION identity.tenant_ids() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.tenant_ids() TO muster_scheduler;

-- Handed over last: from here on only the narrow role itself could change them.
ALTER TABLE identity.door OWNER TO muster_door;
ALTER FUNCTION identity.keep_door() OWNER TO muster_door;
ALTER FUNCTION identity.door_lookup(text, bytea) OWNER TO muster_door;
ALTER FUNCTION identity.accept_transfer(uuid) OWNER TO muster_mover;
ALTER FUNCTION identity.tenant_ids() OWNER TO muster_door;
REVOKE CREATE ON SCHEMA identity FROM muster_door;
REVOKE CREATE ON SCHEMA identity FROM muster_mover;
