-- Receipts of single sign-on: how it is set up, whose domains count, who was linked, who was refused, and the
-- password that was used although passwords do not count.
INSERT INTO ledger.receipt_type (writer, type) VALUES
  ('muster_identity', 'sso.configured'), ('muster_identity', 'sso.removed'),
  ('muster_identity', 'sso.domain_claimed'), ('muster_identity', 'sso.domain_verified'), ('muster_identity', 'sso.domain_released'),
  ('muster_identity', 'sso.linked'), ('muster_identity', 'sso.refused'),
  ('muster_identity', 'session.break_glass');
