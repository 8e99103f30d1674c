-- Receipts of a tenant's plan and of its suspension: codes, counts and commitments to the reasons.

INSERT INTO ledger.receipt_type (writer, type) VALUES
  ('muster_identity', 'tenant.plan_changed'),
  ('muster_identity', 'tenant.suspended'),
  ('muster_identity', 'tenant.resumed');
