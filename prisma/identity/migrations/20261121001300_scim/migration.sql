-- SCIM 2.0: what a company's identity provider says about its people, groups and agents, beside what Muster
-- knows of them itself. Everything here belongs to the tenant; only who sees all of it may provision.

-- A role that came with a group goes with it; one that a person gave stays.
ALTER TABLE identity.role_binding ADD COLUMN by_scim boolean NOT NULL DEFAULT false;

-- Login name, external id and the rest are personal data: sealed under the person's own key, found by keyed hashes.
CREATE TABLE identity.scim_person (
  tenant_id         uuid NOT NULL,
  person_id         uuid NOT NULL,
  user_name_index   bytea NOT NULL CHECK (length(user_name_index) = 32),
  external_id_index bytea CHECK (length(external_id_index) = 32),
  manager_id        uuid CHECK (manager_id <> person_id),
  profile_sealed    bytea NOT NULL,
  deleted_at        timestamptz,   -- gone from the provider's view; the person's record stays
  changed_at        timestamptz NOT NULL DEFAULT muster.now(),
  PRIMARY KEY (tenant_id, person_id),
  UNIQUE (tenant_id, user_name_index),
  UNIQUE (tenant_id, external_id_index),
  FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id),
  FOREIGN KEY (tenant_id, manager_id) REFERENCES identity.person (tenant_id, id)
);
CREATE INDEX scim_person_manager ON identity.scim_person (tenant_id, manager_id) WHERE manager_id IS NOT NULL;
CALL muster.wall('identity.scim_person', '(SELECT muster.scope_all())');
-- No DELETE: a person leaves, and may come back as the same.
GRANT SELECT, INSERT, UPDATE (user_name_index, external_id_index, manager_id, profile_sealed, deleted_at, changed_at)
  ON identity.scim_person TO muster_identity;

-- Groups of the provider, and what being in one means here: a role somewhere, a home unit, or nothing.
CREATE TABLE identity.scim_group (
  tenant_id    uuid NOT NULL,
  id           uuid NOT NULL,
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 200),
  external_id  text CHECK (length(external_id) BETWEEN 1 AND 200),
  -- No administrators: those are made by administrators. No auditors: they have an end.
  role         text CHECK (role IN ('ciso','analyst','approver','team-lead','org-admin','owner','viewer')),
  unit_id      uuid,
  created_at   timestamptz NOT NULL DEFAULT muster.now(),
  changed_at   timestamptz NOT NULL DEFAULT muster.now(),
  version      integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, external_id)
);
CREATE UNIQUE INDEX scim_group_name ON identity.scim_group (tenant_id, lower(display_name));
CALL muster.wall('identity.scim_group', '(SELECT muster.scope_all())', 'tenant_id',
  '(SELECT muster.scope_all()) AND (unit_id IS NULL
    OR EXISTS (SELECT FROM workforce.published_unit u WHERE u.tenant_id = scim_group.tenant_id AND u.id = scim_group.unit_id))');
GRANT SELECT, INSERT, DELETE, UPDATE (display_name, external_id, role, unit_id, changed_at, version) ON identity.scim_group TO muster_identity;

CREATE TABLE identity.scim_group_member (
  tenant_id uuid NOT NULL,
  group_id  uuid NOT NULL,
  person_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, group_id, person_id),
  FOREIGN KEY (tenant_id, group_id) REFERENCES identity.scim_group (tenant_id, id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
CREATE INDEX scim_group_member_person ON identity.scim_group_member (tenant_id, person_id);
CALL muster.wall('identity.scim_group_member', '(SELECT muster.scope_all())');
GRANT SELECT, INSERT, DELETE ON identity.scim_group_member TO muster_identity;

-- What the provider says of an agent beside its profile. Nothing personal.
CREATE TABLE identity.scim_agent (
  tenant_id   uuid NOT NULL,
  agent_id    uuid NOT NULL,
  external_id text CHECK (length(external_id) BETWEEN 1 AND 200),
  agent_type  text CHECK (length(agent_type) BETWEEN 1 AND 200),
  frozen      boolean NOT NULL DEFAULT false, -- stopped by the provider, which alone may then start it again this way
  deleted_at  timestamptz,
  PRIMARY KEY (tenant_id, agent_id),
  UNIQUE (tenant_id, external_id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES identity.agent (tenant_id, id)
);
CALL muster.wall('identity.scim_agent', '(SELECT muster.scope_all())');
GRANT SELECT, INSERT, UPDATE (external_id, agent_type, frozen, deleted_at) ON identity.scim_agent TO muster_identity;

-- Agents whose owner left with nobody above them: somebody takes them over, or they are frozen.
CREATE TABLE identity.orphaned_agent (
  tenant_id uuid NOT NULL,
  agent_id  uuid NOT NULL,
  owner_id  uuid NOT NULL,
  freeze_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, agent_id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES identity.agent (tenant_id, id),
  FOREIGN KEY (tenant_id, owner_id) REFERENCES identity.person (tenant_id, id)
);
CREATE INDEX orphaned_agent_due ON identity.orphaned_agent (tenant_id, freeze_at);
CALL muster.wall('identity.orphaned_agent', '(SELECT muster.scope_all())');
GRANT SELECT, INSERT, DELETE ON identity.orphaned_agent TO muster_identity;

-- Whoever provisions ends the sessions of a leaver, with no other right over people.
ALTER POLICY access_scope ON identity.session
  USING (person_id = (SELECT muster.subject()) OR ((SELECT muster.may('people:write')) OR (SELECT muster.may('scim:write'))) AND (SELECT muster.scope_all()))
  WITH CHECK (person_id = (SELECT muster.subject()) OR ((SELECT muster.may('people:write')) OR (SELECT muster.may('scim:write'))) AND (SELECT muster.scope_all()));
