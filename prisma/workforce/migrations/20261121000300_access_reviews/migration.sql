-- Access reviews (spec/004 §4): who must certify whose access, and by when (docs/decisions/0014).
--
-- A campaign freezes the live grants of a part of the company as items, together with what was known of their use.
-- Reviewers leave draft verdicts; one act signs all of them off.
-- INVARIANT (frozen scope): a campaign has its items when it opens and gets none after; what was frozen has no UPDATE right.
-- INVARIANT (no self-review): nobody certifies a grant they gave, by CHECK.
-- INVARIANT (sealed): after sign-off neither the campaign nor an item of it changes.

CREATE TABLE workforce.review_campaign (
  tenant_id       uuid NOT NULL,
  id              uuid NOT NULL,
  name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  unit_id         uuid,                    -- NULL = everything the opener saw
  missed_policy   text NOT NULL CHECK (missed_policy IN ('KEEP', 'REVOKE')),
  due_at          timestamptz NOT NULL,
  status          text NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'SIGNED_OFF')),
  item_count      integer NOT NULL CHECK (item_count > 0),
  scope_hash      bytea NOT NULL CHECK (length(scope_hash) = 32),
  opened_by       uuid NOT NULL,
  opened_at       timestamptz NOT NULL,
  open_receipt    uuid NOT NULL,
  verdict_root    bytea CHECK (length(verdict_root) = 32),
  signed_off_by   uuid,
  signed_off_at   timestamptz,
  sign_off_receipt uuid,
  version         integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  CHECK ((status = 'SIGNED_OFF') = (verdict_root IS NOT NULL AND signed_off_by IS NOT NULL AND signed_off_at IS NOT NULL AND sign_off_receipt IS NOT NULL)),
  CHECK (due_at > opened_at)
);
CREATE INDEX review_campaign_list ON workforce.review_campaign (tenant_id, opened_at DESC, id DESC);

-- One grant under review. Everything above `reviewer_id` was frozen when the campaign opened.
CREATE TABLE workforce.review_item (
  tenant_id        uuid NOT NULL,
  id               uuid NOT NULL,
  campaign_id      uuid NOT NULL,
  ordinal          integer NOT NULL CHECK (ordinal >= 0), -- place in the frozen list and in the tree of verdicts
  grant_id         uuid NOT NULL,
  agent_id         uuid NOT NULL,
  agent_slug       text NOT NULL,
  unit_path        uuid[] NOT NULL,        -- the agent's team and its ancestors, as they were then
  tool             text NOT NULL,
  action           text,
  mutates          boolean NOT NULL,       -- by the manifest pinned then
  granted_by       uuid NOT NULL,
  granted_at       timestamptz NOT NULL,
  expires_at       timestamptz,
  last_used_at     timestamptz,
  used             integer NOT NULL CHECK (used >= 0),
  denied           integer NOT NULL CHECK (denied >= 0),
  peers            integer NOT NULL CHECK (peers >= 0),
  previous_verdict text CHECK (previous_verdict IN ('RECERTIFIED', 'REVOKED', 'MODIFIED')),
  advice           text NOT NULL CHECK (advice IN ('KEEP', 'REVOKE', 'MODIFY')),
  advice_reason    text NOT NULL,
  reviewer_id      uuid NOT NULL,
  fallback_id      uuid,                   -- who takes it when the reviewer hands it back
  reassigned_by    uuid,
  verdict          text CHECK (verdict IN ('RECERTIFIED', 'REVOKED', 'MODIFIED')),
  modified_action  text CHECK (length(modified_action) BETWEEN 1 AND 200),
  modified_expires_at timestamptz,
  justification_commitment text CHECK (justification_commitment ~ '^[0-9a-f]{64}$'),
  justification_sealed bytea,
  decided_by       uuid,                   -- NULL with a verdict = the campaign's policy for what was missed
  decided_at       timestamptz,
  effect           text CHECK (effect IN ('KEPT', 'REVOKED', 'NARROWED', 'ALREADY_ENDED')), -- what sign-off did to the grant
  sealed_at        timestamptz,
  version          integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, campaign_id, ordinal),
  FOREIGN KEY (tenant_id, campaign_id) REFERENCES workforce.review_campaign (tenant_id, id),
  -- INVARIANT (no self-review)
  CHECK (reviewer_id <> granted_by),
  CHECK (decided_by <> granted_by),
  CHECK (fallback_id <> granted_by),
  CHECK ((verdict IS NULL) = (decided_at IS NULL)),
  CHECK (verdict IS NOT NULL OR (decided_by IS NULL AND justification_sealed IS NULL AND sealed_at IS NULL)),
  CHECK ((modified_action IS NOT NULL OR modified_expires_at IS NOT NULL) = (verdict IS NOT NULL AND verdict = 'MODIFIED')),
  CHECK ((justification_commitment IS NULL) = (justification_sealed IS NULL)),
  CHECK ((effect IS NULL) = (sealed_at IS NULL))
);
CREATE INDEX review_item_reviewer ON workforce.review_item (tenant_id, reviewer_id, campaign_id);
CREATE INDEX review_item_agent ON workforce.review_item (tenant_id, agent_id, sealed_at DESC);

-- In sight: where it happened, the agents of one's own, and what is or was assigned to one. The policy must not read
-- campaigns, whose own policy reads items.
-- Reading, writing and changing follow different rules: the wall's one policy for all of them gives way to three.
CALL muster.wall('workforce.review_item', 'false');
DROP POLICY access_scope ON workforce.review_item;
CREATE POLICY access_scope ON workforce.review_item FOR SELECT TO PUBLIC USING (
  (SELECT muster.scope_all()) OR unit_path && (SELECT muster.scope_roots())::uuid[] OR reviewer_id = (SELECT muster.subject())
  OR reassigned_by = (SELECT muster.subject()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[]));
CREATE POLICY open_with_campaign ON workforce.review_item FOR INSERT TO PUBLIC WITH CHECK (
  (SELECT muster.may('reviews:write')) AND verdict IS NULL
  AND ((SELECT muster.scope_all()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])));
-- INVARIANT (sealed). Which change is whose is the trigger's to say: after handing an item over one may not see it.
CREATE POLICY change_draft ON workforce.review_item FOR UPDATE TO PUBLIC
  USING (sealed_at IS NULL AND ((SELECT muster.scope_all()) OR unit_path && (SELECT muster.scope_roots())::uuid[]
    OR reviewer_id = (SELECT muster.subject()) OR agent_id = ANY ((SELECT muster.scope_agents())::uuid[])))
  WITH CHECK ((SELECT muster.may('reviews:write')));
-- No right to change what was frozen; no DELETE.
GRANT SELECT, INSERT, UPDATE (reviewer_id, fallback_id, reassigned_by, verdict, modified_action, modified_expires_at, justification_commitment,
  justification_sealed, decided_by, decided_at, effect, sealed_at, version) ON workforce.review_item TO muster_workforce;

-- A campaign is seen by who opened it, by who has its unit in scope, and by who sees an item of it.
CALL muster.wall('workforce.review_campaign', 'false');
DROP POLICY access_scope ON workforce.review_campaign;
CREATE POLICY access_scope ON workforce.review_campaign FOR SELECT TO PUBLIC USING (
  (SELECT muster.scope_all()) OR opened_by = (SELECT muster.subject()) OR unit_id = ANY ((SELECT muster.scope_units())::uuid[])
  OR EXISTS (SELECT FROM workforce.review_item i WHERE i.tenant_id = review_campaign.tenant_id AND i.campaign_id = review_campaign.id));
CREATE POLICY open_campaign ON workforce.review_campaign FOR INSERT TO PUBLIC WITH CHECK (
  (SELECT muster.may('reviews:write')) AND status = 'OPEN' AND opened_by = (SELECT muster.subject())
  AND ((SELECT muster.scope_all()) OR unit_id IS NULL OR unit_id = ANY ((SELECT muster.scope_units())::uuid[])));
CREATE POLICY sign_off ON workforce.review_campaign FOR UPDATE TO PUBLIC
  USING (status = 'OPEN' AND ((SELECT muster.scope_all()) OR opened_by = (SELECT muster.subject()) OR unit_id = ANY ((SELECT muster.scope_units())::uuid[])))
  WITH CHECK ((SELECT muster.may('reviews:write')) AND status = 'SIGNED_OFF' AND signed_off_by = (SELECT muster.subject()));
-- A campaign is opened and signed off; nothing else about it changes, and it is never deleted.
GRANT SELECT, INSERT, UPDATE (status, verdict_root, signed_off_by, signed_off_at, sign_off_receipt, version) ON workforce.review_campaign TO muster_workforce;

-- INVARIANT (frozen scope): a campaign is opened with as many items as it says, and its places are unique: past that
-- moment there is no place for another one.
CREATE FUNCTION workforce.items_have_places() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM (SELECT n.tenant_id, n.campaign_id, max(n.ordinal) AS last FROM added n GROUP BY 1, 2) AS o
              WHERE NOT EXISTS (SELECT FROM workforce.review_campaign c
                                 WHERE c.tenant_id = o.tenant_id AND c.id = o.campaign_id AND c.status = 'OPEN' AND o.last < c.item_count)) THEN
    RAISE EXCEPTION 'a campaign has no place for this item' USING ERRCODE = 'MU020';
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION workforce.items_have_places() FROM PUBLIC;
CREATE TRIGGER items_have_places AFTER INSERT ON workforce.review_item
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION workforce.items_have_places();

-- Whose change is whose: a verdict is the reviewer's own, or the policy's at sign-off for what was missed; an item
-- changes hands before it has a verdict, in the name of who hands it over.
CREATE FUNCTION workforce.review_item_hands() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE me uuid := muster.subject();
BEGIN
  IF (NEW.verdict, NEW.modified_action, NEW.modified_expires_at, NEW.justification_commitment, NEW.decided_by, NEW.decided_at)
     IS DISTINCT FROM (OLD.verdict, OLD.modified_action, OLD.modified_expires_at, OLD.justification_commitment, OLD.decided_by, OLD.decided_at)
     AND NOT coalesce(
       CASE WHEN NEW.sealed_at IS NOT NULL THEN OLD.verdict IS NULL AND NEW.decided_by IS NULL
            WHEN NEW.verdict IS NULL THEN OLD.decided_by = me
            ELSE OLD.reviewer_id = me AND NEW.reviewer_id = me AND NEW.decided_by = me END, false) THEN
    RAISE EXCEPTION 'a verdict is its reviewer''s own' USING ERRCODE = 'MU021';
  END IF;
  IF NEW.reviewer_id <> OLD.reviewer_id AND (NEW.verdict IS NOT NULL OR NEW.reassigned_by IS DISTINCT FROM me) THEN
    RAISE EXCEPTION 'an item changes hands without a verdict, in the name of who hands it over' USING ERRCODE = 'MU021';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION workforce.review_item_hands() FROM PUBLIC;
CREATE TRIGGER review_item_hands BEFORE UPDATE ON workforce.review_item FOR EACH ROW EXECUTE FUNCTION workforce.review_item_hands();
