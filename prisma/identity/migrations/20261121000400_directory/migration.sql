-- Work on many agents at once: a change of standing for a filtered list, an export of one. It takes longer than a
-- request, so it is a row that its starter polls, leaves, and comes back to.
--
-- A job holds no authority: each step runs under the hand-over of a request of whoever began it, and the policies
-- on agents decide anew. A job of a person who lost the right simply stands still.

CREATE TABLE identity.job (
  tenant_id     uuid NOT NULL,
  id            uuid NOT NULL,
  started_by    uuid NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('STANDING', 'EXPORT')),
  act           text CHECK (act IN ('restrict', 'freeze', 'quarantine', 'reinstate', 'revoke')),
  state         text NOT NULL DEFAULT 'RUNNING' CHECK (state IN ('RUNNING', 'DONE', 'FAILED')),
  total         integer NOT NULL CHECK (total >= 0),
  settled       integer NOT NULL DEFAULT 0 CHECK (settled BETWEEN 0 AND total), -- items up to this ordinal are done with
  refused       integer NOT NULL DEFAULT 0 CHECK (refused BETWEEN 0 AND settled),
  failures      integer NOT NULL DEFAULT 0,   -- steps in a row that ended in an error
  reason_sealed bytea,                        -- why, under a data key of the job's own
  held_until    timestamptz NOT NULL,         -- somebody works on it: nobody else begins a step before
  created_at    timestamptz NOT NULL DEFAULT muster.now(),
  ended_at      timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, started_by, id),
  CHECK ((kind = 'STANDING') = (act IS NOT NULL))
);
-- Nobody sees another's work, whatever their scope: who was chosen says what somebody is about to do.
CALL muster.wall('identity.job', 'started_by = (SELECT muster.subject())');
GRANT SELECT, INSERT, UPDATE (state, settled, refused, failures, held_until, ended_at) ON identity.job TO muster_identity;
-- No DELETE: what was done to whom stays readable for who did it.

-- Which agents, in order, fixed when the work began: the list that was counted is the list that is worked on.
CREATE TABLE identity.job_item (
  tenant_id  uuid NOT NULL,
  job_id     uuid NOT NULL,
  ordinal    integer NOT NULL CHECK (ordinal > 0),
  started_by uuid NOT NULL,
  agent_id   uuid NOT NULL,
  code       text,                            -- set = refused, as it would have been singly
  message    text,
  PRIMARY KEY (tenant_id, job_id, ordinal),
  -- With the starter in it: an item cannot be laid upon another's job.
  FOREIGN KEY (tenant_id, started_by, job_id) REFERENCES identity.job (tenant_id, started_by, id),
  CHECK ((code IS NULL) = (message IS NULL))
);
CREATE INDEX job_item_refused ON identity.job_item (tenant_id, job_id, ordinal) WHERE code IS NOT NULL;
CALL muster.wall('identity.job_item', 'started_by = (SELECT muster.subject())');
GRANT SELECT, INSERT, UPDATE (code, message) ON identity.job_item TO muster_identity;

-- The file an export makes, part by part, sealed under a data key of the job's own.
CREATE TABLE identity.job_part (
  tenant_id  uuid NOT NULL,
  job_id     uuid NOT NULL,
  part       integer NOT NULL CHECK (part > 0),
  started_by uuid NOT NULL,
  sealed     bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, job_id, part),
  FOREIGN KEY (tenant_id, started_by, job_id) REFERENCES identity.job (tenant_id, started_by, id)
);
CREATE INDEX job_part_expiry ON identity.job_part (tenant_id, expires_at);
-- What expired may be swept away by the next who exports; it is sealed, and no service opens it any more.
CALL muster.wall('identity.job_part',
  'started_by = (SELECT muster.subject()) OR expires_at <= (SELECT muster.now())',
  'tenant_id', 'started_by = (SELECT muster.subject())');
-- No UPDATE: a part is written once.
GRANT SELECT, INSERT, DELETE ON identity.job_part TO muster_identity;

-- The directory's other orders; the one by slug has its unique index. Few columns that filters name have one
-- of their own: ten thousand rows are walked faster than a dozen indexes are kept.
CREATE INDEX agent_created ON identity.agent (tenant_id, created_at, id);
