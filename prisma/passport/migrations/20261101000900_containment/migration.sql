-- Containing acts by agent: the mean time to contain is counted from these receipts, and an agent's other
-- receipts (one a decision) are not to be read for it.
CREATE INDEX receipt_containment ON ledger.receipt (tenant_id, agent_id, seq)
  WHERE type IN ('agent.frozen', 'agent.quarantined', 'agent.revoked', 'finding.closed');
