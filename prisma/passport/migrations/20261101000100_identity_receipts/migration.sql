-- Receipts identity writes beyond the ground: the grants an agent is registered
-- with (the same commit, see workforce.grant_initial), and what changes about a person.

INSERT INTO ledger.receipt_type (writer, type) VALUES
  ('muster_identity', 'grant.given'),
  ('muster_identity', 'person.changed'),
  ('muster_identity', 'person.password_changed');
