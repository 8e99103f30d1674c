-- Receipts of saved views: which screen, whether shared, and commitments to name and query string.

INSERT INTO ledger.receipt_type (writer, type) VALUES
  ('muster_identity', 'view.saved'),
  ('muster_identity', 'view.deleted');
