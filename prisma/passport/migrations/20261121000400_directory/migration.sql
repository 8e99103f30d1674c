-- The receipts of work on many agents at once: when it was begun and how it ended. What happened to each agent
-- is that agent's own receipt, as when it is done singly.
INSERT INTO ledger.receipt_type (writer, type) VALUES
  ('muster_identity', 'agents.act_started'),
  ('muster_identity', 'agents.act_ended'),
  ('muster_identity', 'agents.exported');
