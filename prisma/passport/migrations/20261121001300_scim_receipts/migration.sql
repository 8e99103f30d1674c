-- Receipts of provisioning: people who come back, groups, and agents nobody answers for.

INSERT INTO ledger.receipt_type (writer, type) VALUES
  ('muster_identity', 'person.returned'),
  ('muster_identity', 'group.added'),
  ('muster_identity', 'group.changed'),
  ('muster_identity', 'group.removed'),
  ('muster_identity', 'agent.orphaned');
