-- Where a manifest's pinning stands in the ledger: pinning the same bytes again answers with it, also to a
-- credential in whose scope that receipt is not.
ALTER TABLE passport.manifest ADD COLUMN receipt_seq bigint CHECK (receipt_seq > 0);
