-- Log epochs: what becomes of a log whose database was set back (docs/runbooks/ledger-recovery.md).
--
-- A checkpoint that left the database promised entries. When they are gone, signing on under the same origin
-- would give two histories one name. The old origin therefore signs nothing ever again; an operator opens the
-- next epoch, under a new origin, and names the entries that are lost. Chain and tree go on from where the
-- database stands: the new log's entries begin after `base_seq`, and its tree covers everything before as well.

CREATE TABLE ledger.log_epoch (
  tenant_id     uuid NOT NULL,
  log_epoch     integer NOT NULL CHECK (log_epoch >= 2), -- the first epoch is the log as it was opened: no row
  origin        text NOT NULL,
  former_origin text NOT NULL,
  base_seq      bigint NOT NULL CHECK (base_seq >= 0),   -- the last entry of the epoch before that is still there
  base_link     bytea NOT NULL CHECK (length(base_link) = 32),
  base_frontier bytea NOT NULL CHECK (length(base_frontier) % 32 = 0),
  lost_from     bigint NOT NULL CHECK (lost_from >= 1),
  lost_to       bigint NOT NULL,
  receipt_id    uuid NOT NULL,
  opened_at     timestamptz NOT NULL DEFAULT muster.now(),
  PRIMARY KEY (tenant_id, log_epoch),
  CHECK (lost_from <= lost_to AND lost_from <= base_seq + 1)
);
CALL muster.wall('ledger.log_epoch', 'true');
-- Read only: ledger.open_epoch() writes it, together with the head.
GRANT SELECT ON ledger.log_epoch TO muster_passport;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.log_epoch FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.log_epoch FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- Opens the next epoch under the head lock. Whoever may sign for the whole tenant may say that its log was lost;
-- it cannot be said quietly: the receipt is the new epoch's first entry, and every reader sees another origin.
CREATE FUNCTION ledger.open_epoch(new_origin text, expected_seq bigint, frontier bytea, first_lost bigint, last_lost bigint, receipt uuid) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  tenant uuid := muster.tenant();
  h      record;
BEGIN
  IF tenant IS NULL OR NOT muster.may('ledger:sign') OR NOT muster.scope_all() THEN
    RAISE EXCEPTION 'no verified claims' USING ERRCODE = 'MU003';
  END IF;
  SELECT t.seq, t.link, t.origin, t.log_epoch INTO h FROM ledger.head t WHERE t.tenant_id = tenant FOR UPDATE;
  IF NOT FOUND OR h.seq <> expected_seq THEN RETURN NULL; END IF; -- somebody wrote meanwhile: look again
  INSERT INTO ledger.log_epoch (tenant_id, log_epoch, origin, former_origin, base_seq, base_link, base_frontier, lost_from, lost_to, receipt_id)
    VALUES (tenant, h.log_epoch + 1, new_origin, h.origin, h.seq, h.link, frontier, first_lost, last_lost, receipt);
  UPDATE ledger.head t SET origin = new_origin, log_epoch = h.log_epoch + 1 WHERE t.tenant_id = tenant;
  RETURN h.log_epoch + 1;
END $$;
REVOKE ALL ON FUNCTION ledger.open_epoch(text, bigint, bytea, bigint, bigint, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.open_epoch(text, bigint, bytea, bigint, bigint, uuid) TO muster_passport;

-- Checkpoints and tiles belong to one epoch: what the lost one signed stays, as evidence.
ALTER TABLE ledger.checkpoint ADD COLUMN log_epoch integer NOT NULL DEFAULT 1;
ALTER TABLE ledger.checkpoint ALTER COLUMN log_epoch DROP DEFAULT;
ALTER TABLE ledger.checkpoint DROP CONSTRAINT checkpoint_pkey;
ALTER TABLE ledger.checkpoint ADD PRIMARY KEY (tenant_id, log_epoch, size);
ALTER TABLE ledger.tile ADD COLUMN log_epoch integer NOT NULL DEFAULT 1;
ALTER TABLE ledger.tile ALTER COLUMN log_epoch DROP DEFAULT;
-- Its hash in the tile above, so that a proof reads 32 bytes of it where it needs no more.
ALTER TABLE ledger.tile ADD COLUMN root bytea NOT NULL CHECK (length(root) = 32);
ALTER TABLE ledger.tile DROP CONSTRAINT tile_pkey;
ALTER TABLE ledger.tile ADD PRIMARY KEY (tenant_id, log_epoch, level, index);
-- Random bytes: compressing them is tried in vain on every write.
ALTER TABLE ledger.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE OR REPLACE FUNCTION ledger.checkpoint_forward() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM ledger.checkpoint c WHERE c.tenant_id = NEW.tenant_id AND c.log_epoch = NEW.log_epoch AND c.size >= NEW.size) THEN
    RAISE EXCEPTION 'a checkpoint never goes back' USING ERRCODE = 'MU006';
  END IF;
  -- Of the current epoch only, and of nothing that is not there.
  IF NOT EXISTS (SELECT FROM ledger.head h WHERE h.tenant_id = NEW.tenant_id AND h.log_epoch = NEW.log_epoch AND h.seq >= NEW.size) THEN
    RAISE EXCEPTION 'a checkpoint beyond the head' USING ERRCODE = 'MU006';
  END IF;
  RETURN NEW;
END $$;
