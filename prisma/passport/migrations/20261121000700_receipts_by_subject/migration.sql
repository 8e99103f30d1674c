-- What is on record about one thing (an approval, a grant, a finding) is looked up by its id from its page.
-- Ids are made in order of time, so the index grows at its end like the ledger itself.
CREATE INDEX receipt_subject ON ledger.receipt (tenant_id, subject_id, seq);
