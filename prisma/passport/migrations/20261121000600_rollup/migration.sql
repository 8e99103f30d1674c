-- How agents joined, changed and left, by time: a handful of rows among the receipts of a tenant. The roll-up counts
-- them in a window, and undoes them to say how the workforce stood at its start.
CREATE INDEX receipt_lifecycle ON ledger.receipt (tenant_id, type, occurred_at)
  WHERE type IN ('agent.registered', 'agent.changed', 'agent.restricted', 'agent.frozen', 'agent.quarantined',
                 'agent.reinstated', 'agent.revoked');
