-- Receipts of proofs about who an agent is: asked for, proved, and tried in vain.

INSERT INTO ledger.receipt_type (writer, type) VALUES
  ('muster_identity', 'verification.started'),
  ('muster_identity', 'verification.failed'),
  ('muster_identity', 'identity.domain_verified'),
  ('muster_identity', 'identity.key_verified');
