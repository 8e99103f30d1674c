-- Evidence leads to its receipt, and who reported it counts: an agent does not grade itself.

-- The `events.ingested` receipt of the call that brought the event.
ALTER TABLE scoring.event ADD COLUMN receipt_id uuid NOT NULL;
-- A page of an agent's events, newest first, ties by id.
DROP INDEX scoring.event_time;
CREATE INDEX event_time ON scoring.event (tenant_id, agent_id, occurred_at DESC, id DESC);

-- Who reported is part of a total: what an agent says of itself weighs less (docs/specs/scoring.md).
ALTER TABLE scoring.tally ADD COLUMN source_type text NOT NULL CHECK (source_type IN ('agent', 'platform', 'system', 'moderator'));
ALTER TABLE scoring.tally DROP CONSTRAINT tally_pkey;
ALTER TABLE scoring.tally ADD PRIMARY KEY (tenant_id, agent_id, event_type, severity, source_type, signed, day);
-- The receipt of `last_event`, the newest event of the total: where the explanation of a score leads.
ALTER TABLE scoring.tally ADD COLUMN last_receipt uuid NOT NULL;
GRANT UPDATE (last_receipt) ON scoring.tally TO muster_scoring;

ALTER TABLE scoring.snapshot ADD COLUMN autonomy_confidence double precision NOT NULL CHECK (autonomy_confidence BETWEEN 0 AND 1);
ALTER TABLE scoring.snapshot ADD CONSTRAINT snapshot_label CHECK (autonomy_label IN ('none', 'assisted', 'supervised', 'autonomous'));
-- No evidence: no value and the label `none`, both or neither.
ALTER TABLE scoring.snapshot ADD CONSTRAINT snapshot_no_evidence CHECK ((autonomy_score IS NULL) = (autonomy_label = 'none'));

-- One batch a time for one agent: the scores after it are computed from all that was committed before.
-- Locks in the order of their keys, hence without deadlock; held until commit.
CREATE FUNCTION scoring.lock_agents(wanted uuid[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE key bigint;
BEGIN
  FOR key IN SELECT DISTINCT hashtextextended('muster/score/' || muster.tenant()::text || '/' || w.id::text, 0) AS k
               FROM unnest(wanted) AS w (id) ORDER BY k LOOP
    PERFORM pg_advisory_xact_lock(key);
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION scoring.lock_agents(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scoring.lock_agents(uuid[]) TO muster_scoring;
