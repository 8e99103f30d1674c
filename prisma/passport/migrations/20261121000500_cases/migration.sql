-- What people do with findings and incidents is on record, and their timelines are read back from it.
INSERT INTO ledger.receipt_type (writer, type) VALUES
  ('muster_guard', 'finding.assigned'), ('muster_guard', 'finding.tagged'),
  ('muster_guard', 'incident.opened'), ('muster_guard', 'incident.finding_added'), ('muster_guard', 'incident.closed');

-- A case's own receipts, by what they are about; one a decision are not to be read for them.
CREATE INDEX receipt_case ON ledger.receipt (tenant_id, subject_id, seq) WHERE subject_type IN ('finding', 'incident');
-- An agent's standing over time: a handful of rows among its receipts.
CREATE INDEX receipt_standing ON ledger.receipt (tenant_id, agent_id, seq)
  WHERE type IN ('agent.frozen', 'agent.quarantined', 'agent.revoked', 'agent.restricted', 'agent.reinstated');
