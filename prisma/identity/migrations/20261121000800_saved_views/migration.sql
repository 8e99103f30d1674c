-- Saved views: a screen and a query string under a name, a person's own or shared with the tenant.
--
-- What somebody searches for names people and cases, so the name and the query string are sealed under the
-- person's own data key: forgetting the person forgets their views.

CREATE TABLE identity.saved_view (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  person_id  uuid NOT NULL,
  screen     text NOT NULL CHECK (length(screen) BETWEEN 1 AND 40),
  -- Keyed hash of whose view it is, where and under which name: one of a name, without the name being readable.
  name_index bytea NOT NULL CHECK (length(name_index) = 32),
  sealed     bytea NOT NULL, -- {name, search}
  is_shared  boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT muster.now(),
  version    integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, person_id, name_index),
  FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
-- Everybody changes their own; who administers people over the whole tenant may take a shared one down.
-- They cannot change it: what is written must be the writer's own.
CALL muster.wall('identity.saved_view',
  'person_id = (SELECT muster.subject()) OR is_shared AND (SELECT muster.may(''people:write'')) AND (SELECT muster.scope_all())',
  'tenant_id',
  'person_id = (SELECT muster.subject())');
-- Sharing is for reading.
CREATE POLICY shared_with_tenant ON identity.saved_view AS PERMISSIVE FOR SELECT TO PUBLIC USING (is_shared);
CREATE INDEX saved_view_shared ON identity.saved_view (tenant_id, screen) WHERE is_shared;
-- Whose it is, where and under which name never changes: another name is another view.
GRANT SELECT, INSERT, DELETE, UPDATE (sealed, is_shared, version) ON identity.saved_view TO muster_identity;
