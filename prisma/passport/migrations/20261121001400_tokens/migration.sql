-- Tokens are on record: families opened, refreshed, ended, and everything a sign-out by somebody else ends.

INSERT INTO ledger.receipt_type (writer, type) VALUES
  ('muster_identity', 'token.family_opened'), ('muster_identity', 'token.refreshed'),
  ('muster_identity', 'token.reuse_detected'), ('muster_identity', 'token.revoked'),
  ('muster_identity', 'session.all_closed'), ('muster_identity', 'api_key.tokens_revoked'),
  ('muster_identity', 'tenant.signed_out');
