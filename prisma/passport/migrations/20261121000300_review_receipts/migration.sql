-- Receipts of access reviews besides opening, deciding and signing off: a draft verdict taken back, an item handed over.
INSERT INTO ledger.receipt_type (writer, type) VALUES
  ('muster_workforce', 'review.withdrawn'), ('muster_workforce', 'review.reassigned');
