-- The decision path's two commits: guard.decide() for a batch, guard.redeem() for one permit.
-- Each locks the tenant's ledger head, reads the standing again in a new statement, and writes the
-- decision and its receipt together or not at all.

-- Decides a batch of one tenant in one commit. Every item carries its own hand-over, verified here; `stand`
-- maps an item to its standing. Any standing that differs from its fingerprint -> one row a standing with
-- `stale` true and the fresh text, and nothing is written. Otherwise one row an item comes back, in order:
-- `reached` false = the agent is unknown to this caller; `seq` NULL = the idempotency key was used before.
-- Nothing is written for either.
CREATE FUNCTION guard.decide(
    handovers text[], stand integer[],
    stand_agents uuid[], stand_tools text[], stand_actions text[], stand_sessions uuid[], fingerprints text[],
    ids uuid[], idempotency_keys text[], request_hashes bytea[],
    item_outcomes text[], reason_codes text[], determinings text[], claimed_trusts text[], effective_trusts text[], item_mutates boolean[],
    payload_hashes bytea[], action_hashes bytea[], on_behalf_ofs text[], sealeds bytea[], permit_expiries timestamptz[],
    approval_ids uuid[], approval_required integer[], approval_expiries timestamptz[],
    receipt_ids uuid[], nonces text[], datas text[])
  RETURNS TABLE (ordinal integer, stale boolean, reached boolean, seq bigint, standing text)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  tenant   uuid;
  callers  jsonb[] := '{}';
  caller   jsonb;
  fresh    text[];
  n        integer := cardinality(ids);
  reach    boolean[];
  used     boolean[];
  place    integer[] := '{}';   -- position of an item among those that are written; NULL = not written
  written  integer := 0;
  base     bigint;
  at       timestamptz;
  w        record;
BEGIN
  PERFORM set_config('request.jwt.claims', handovers[1], true);
  tenant := muster.tenant();
  FOR i IN 1..n LOOP
    caller := muster.verify(handovers[i], session_user);
    IF tenant IS NULL OR caller IS NULL OR (caller->>'tenant_id')::uuid <> tenant OR NOT caller->'caps' ? 'actions:authorize' THEN
      RAISE EXCEPTION 'no verified claims' USING ERRCODE = 'MU003';
    END IF;
    callers := array_append(callers, caller);
  END LOOP;

  SELECT h.seq INTO base FROM ledger.head h WHERE h.tenant_id = tenant FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'this tenant has no ledger' USING ERRCODE = 'MU003'; END IF;
  -- A new statement, hence a new snapshot: whatever was committed before the lock is seen.
  fresh := ARRAY(SELECT s FROM guard.standing(stand_agents, stand_tools, stand_actions, stand_sessions) AS s);
  IF fresh IS DISTINCT FROM fingerprints THEN
    RETURN QUERY SELECT f.o::integer, true, NULL::boolean, NULL::bigint, f.t FROM unnest(fresh) WITH ORDINALITY AS f (t, o);
    RETURN;
  END IF;

  -- Scope and idempotency of every item. No other commit of this tenant can come between: the head is held.
  SELECT array_agg(coalesce(f.facts IS NOT NULL AND guard.caller_reaches(callers[i.o], stand_agents[i.k], (f.facts->>3)::uuid, f.path), false) ORDER BY i.o),
         array_agg(i.idem IS NOT NULL AND (i.repeat > 1 OR EXISTS (
           SELECT FROM guard.decision d WHERE d.tenant_id = tenant AND d.credential = callers[i.o]->>'cred' AND d.idempotency_key = i.idem)) ORDER BY i.o)
    INTO reach, used
    FROM (SELECT u.k, u.idem, u.o, row_number() OVER (PARTITION BY callers[u.o]->>'cred', u.idem ORDER BY u.o) AS repeat
            FROM unnest(stand, idempotency_keys) WITH ORDINALITY AS u (k, idem, o)) AS i
    JOIN (SELECT t.x::jsonb AS facts, t.o, ARRAY(SELECT jsonb_array_elements_text(t.x::jsonb->6)::uuid) AS path
            FROM unnest(fresh) WITH ORDINALITY AS t (x, o)) AS f ON f.o = i.k;
  FOR i IN 1..n LOOP
    IF reach[i] AND NOT used[i] THEN
      written := written + 1;
      place := array_append(place, written);
    ELSE
      place := array_append(place, NULL::integer);
    END IF;
  END LOOP;

  IF written > 0 THEN
    at := muster.now();
    INSERT INTO guard.decision (tenant_id, id, agent_id, requester_id, credential, idempotency_key, request_hash, session_id, tool, action,
        outcome, reason_code, determining, claimed_trust, effective_trust, mutates, payload_hash, action_hash, policy_hash, manifest_hash,
        on_behalf_of, owner_id, team_id, unit_path, sealed, permit_expires_at, decided_at, seq, receipt_id)
    SELECT tenant, d.id, stand_agents[d.k], (callers[d.o]->>'sub')::uuid, callers[d.o]->>'cred', d.idem, d.request_hash, f.session,
        stand_tools[d.k], stand_actions[d.k], d.outcome, d.reason, string_to_array(d.determining, ' '), d.claimed, d.effective, d.mutates,
        d.payload_hash, d.action_hash, f.policy, f.manifest, d.obo, f.owner, f.team, f.path, d.sealed, d.permit_until, at, base + place[d.o], d.receipt
      FROM unnest(stand, ids, idempotency_keys, request_hashes, item_outcomes, reason_codes, determinings, claimed_trusts, effective_trusts,
                  item_mutates, payload_hashes, action_hashes, on_behalf_ofs, sealeds, permit_expiries, receipt_ids) WITH ORDINALITY
             AS d (k, id, idem, request_hash, outcome, reason, determining, claimed, effective, mutates, payload_hash, action_hash, obo, sealed, permit_until, receipt, o)
      JOIN (SELECT t.o, (t.x->>12)::uuid AS session, coalesce(t.x->>16, '') AS policy, decode(t.x->>9, 'hex') AS manifest,
                   (t.x->>3)::uuid AS owner, (t.x->>4)::uuid AS team, ARRAY(SELECT jsonb_array_elements_text(t.x->6)::uuid) AS path
              FROM (SELECT r.x::jsonb AS x, r.o FROM unnest(fresh) WITH ORDINALITY AS r (x, o) WHERE r.x IS NOT NULL) AS t) AS f ON f.o = d.k
     WHERE place[d.o] IS NOT NULL;
    INSERT INTO guard.approval (tenant_id, id, decision_id, agent_id, requester_id, credential, owner_id, on_behalf_of, action_hash, payload_hash,
        required, unit_path, created_at, expires_at)
    SELECT tenant, a.id, d.id, d.agent_id, d.requester_id, d.credential, d.owner_id, d.on_behalf_of, d.action_hash, d.payload_hash,
        a.required, d.unit_path, at, a.expires
      FROM unnest(approval_ids, approval_required, approval_expiries, ids) WITH ORDINALITY AS a (id, required, expires, decision, o)
      JOIN guard.decision d ON d.tenant_id = tenant AND d.id = a.decision
     WHERE a.id IS NOT NULL AND place[a.o] IS NOT NULL;
    SELECT array_agg(callers[r.o] ORDER BY r.o) AS callers, array_agg(r.receipt ORDER BY r.o) AS ids, array_agg(r.id::text ORDER BY r.o) AS subjects,
           array_agg(stand_agents[r.k] ORDER BY r.o) AS agents, array_agg(nullif(f.policy, '') ORDER BY r.o) AS policies,
           array_agg(r.nonce ORDER BY r.o) AS nonces, array_agg(r.data ORDER BY r.o) AS datas
      INTO w
      FROM unnest(stand, ids, receipt_ids, nonces, datas) WITH ORDINALITY AS r (k, id, receipt, nonce, data, o)
      JOIN (SELECT q.x::jsonb->>16 AS policy, q.o FROM unnest(fresh) WITH ORDINALITY AS q (x, o)) AS f ON f.o = r.k
     WHERE place[r.o] IS NOT NULL;
    IF ledger.append_verified(w.callers, 'muster_decider', w.ids, array_fill('action.decided'::text, ARRAY[written]),
         array_fill('decision'::text, ARRAY[written]), w.subjects, w.agents, w.policies, w.nonces, w.datas, array_fill(NULL::bytea, ARRAY[written])) <> base + 1 THEN
      RAISE EXCEPTION 'the head moved under its lock' USING ERRCODE = 'MU008'; -- halts this writer: it must never happen
    END IF;
  END IF;
  RETURN QUERY SELECT o, false, reach[o], base + place[o], NULL::text FROM generate_series(1, n) AS o;
END $$;
REVOKE ALL ON FUNCTION guard.decide(text[], integer[], uuid[], text[], text[], uuid[], text[], uuid[], text[], bytea[], text[], text[], text[], text[], text[],
  boolean[], bytea[], bytea[], text[], bytea[], timestamptz[], uuid[], integer[], timestamptz[], uuid[], text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.decide(text[], integer[], uuid[], text[], text[], uuid[], text[], uuid[], text[], bytea[], text[], text[], text[], text[], text[],
  boolean[], bytea[], bytea[], text[], bytea[], timestamptz[], uuid[], integer[], timestamptz[], uuid[], text[], text[]) TO muster_decider;

-- Everything a verdict on an approval rests on, as one JSON text, compared as a standing is. Element order is
-- services/guard's `parseApprovalFacts`. `approver` NULL: only what a redemption needs.
CREATE FUNCTION guard.approval_facts(wanted uuid, approver uuid) RETURNS text
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT json_build_array(a.version, a.status, a.required, a.expires_at > muster.now(), g.status, g.owner_id, a.unit_path, u.path,
      coalesce((SELECT json_agg(json_build_array(v.person_id, v.verdict, p.status = 'ACTIVE', encode(p.email_index, 'hex'),
                  (SELECT json_agg(json_build_array(b.role, b.unit_id) ORDER BY b.role, b.unit_id) FROM identity.role_binding b
                    WHERE b.tenant_id = a.tenant_id AND b.person_id = v.person_id AND (b.expires_at IS NULL OR b.expires_at > muster.now()))) ORDER BY v.person_id)
                  FROM guard.approval_vote v LEFT JOIN identity.person p ON p.tenant_id = v.tenant_id AND p.id = v.person_id
                 WHERE v.tenant_id = a.tenant_id AND v.approval_id = a.id), '[]'),
      (SELECT json_build_array(p.id, NULL, p.status = 'ACTIVE', encode(p.email_index, 'hex'),
                  (SELECT json_agg(json_build_array(b.role, b.unit_id) ORDER BY b.role, b.unit_id) FROM identity.role_binding b
                    WHERE b.tenant_id = a.tenant_id AND b.person_id = p.id AND (b.expires_at IS NULL OR b.expires_at > muster.now())))
         FROM identity.person p WHERE p.tenant_id = a.tenant_id AND p.id = approver)
    )::text
    FROM guard.approval a
    JOIN identity.agent g ON g.tenant_id = a.tenant_id AND g.id = a.agent_id
    LEFT JOIN workforce.org_unit u ON u.tenant_id = a.tenant_id AND u.id = g.team_id
   WHERE a.tenant_id = (SELECT muster.tenant()) AND a.id = wanted
$$;
REVOKE ALL ON FUNCTION guard.approval_facts(uuid, uuid) FROM PUBLIC;

-- Redeems one permit: consumes it and records it in one commit. The caller evaluated the decision again under
-- `fingerprint`; here the head is locked, the standing read anew and compared. Answers a code:
-- REDEEMED | REPLAYED (same key, same body) | ALREADY_USED | EXPIRED | NOT_YOURS | UNKNOWN_PERMIT | PAYLOAD_MISMATCH | STALE
CREATE FUNCTION guard.redeem(handover text, wanted uuid, fingerprint text, approval_fingerprint text, given_payload_hash bytea, new_execution uuid, key text, given_request_hash bytea,
                             new_receipt uuid, nonce text, data text)
  RETURNS TABLE (code text, execution_id uuid, receipt_id uuid, seq bigint, standing text)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  caller jsonb;
  tenant uuid;
  d      record;
  e      record;
  fresh  text;
  first  bigint;
BEGIN
  PERFORM set_config('request.jwt.claims', handover, true);
  caller := muster.claims();
  IF caller IS NULL OR NOT caller->'caps' ? 'actions:redeem' THEN RAISE EXCEPTION 'no verified claims' USING ERRCODE = 'MU003'; END IF;
  tenant := (caller->>'tenant_id')::uuid;
  -- The decision row first, the head last: every path takes them in this order.
  SELECT * INTO d FROM guard.decision t WHERE t.tenant_id = tenant AND t.id = wanted FOR UPDATE;
  IF NOT FOUND THEN RETURN QUERY SELECT 'UNKNOWN_PERMIT', NULL::uuid, NULL::uuid, NULL::bigint, NULL::text; RETURN; END IF;
  IF d.credential <> caller->>'cred' THEN RETURN QUERY SELECT 'NOT_YOURS', NULL::uuid, NULL::uuid, NULL::bigint, NULL::text; RETURN; END IF;
  SELECT * INTO e FROM guard.execution t WHERE t.tenant_id = tenant AND t.decision_id = wanted;
  IF FOUND THEN
    IF key IS NOT NULL AND e.redemption_key = key AND e.request_hash = given_request_hash THEN
      RETURN QUERY SELECT 'REPLAYED', e.id, e.redeem_receipt, e.redeem_seq, NULL::text;
    ELSE
      RETURN QUERY SELECT 'ALREADY_USED', NULL::uuid, NULL::uuid, NULL::bigint, NULL::text;
    END IF;
    RETURN;
  END IF;
  IF d.permit_expires_at IS NULL THEN RETURN QUERY SELECT 'UNKNOWN_PERMIT', NULL::uuid, NULL::uuid, NULL::bigint, NULL::text; RETURN; END IF;
  IF d.payload_hash <> given_payload_hash THEN RETURN QUERY SELECT 'PAYLOAD_MISMATCH', NULL::uuid, NULL::uuid, NULL::bigint, NULL::text; RETURN; END IF;
  PERFORM FROM ledger.head h WHERE h.tenant_id = tenant FOR UPDATE;
  IF d.permit_expires_at <= muster.now() THEN RETURN QUERY SELECT 'EXPIRED', NULL::uuid, NULL::uuid, NULL::bigint, NULL::text; RETURN; END IF;
  SELECT s INTO fresh FROM guard.standing(ARRAY[d.agent_id], ARRAY[d.tool], ARRAY[d.action], ARRAY[d.session_id]) AS s;
  IF fresh IS DISTINCT FROM fingerprint
     OR (d.outcome = 'REVIEW' AND guard.approval_facts((SELECT a.id FROM guard.approval a WHERE a.tenant_id = tenant AND a.decision_id = wanted), NULL)
                              IS DISTINCT FROM approval_fingerprint) THEN
    RETURN QUERY SELECT 'STALE', NULL::uuid, NULL::uuid, NULL::bigint, fresh;
    RETURN;
  END IF;
  first := ledger.append_verified(ARRAY[caller], session_user::name, ARRAY[new_receipt], ARRAY['permit.redeemed'::text], ARRAY['decision'::text], ARRAY[wanted::text],
             ARRAY[d.agent_id]::uuid[], ARRAY[nullif(fresh::jsonb->>16, '')], ARRAY[nonce], ARRAY[data], ARRAY[NULL::bytea]);
  INSERT INTO guard.execution (tenant_id, decision_id, id, agent_id, requester_id, credential, redemption_key, request_hash, unit_path, redeemed_at, redeem_seq, redeem_receipt)
    VALUES (tenant, wanted, new_execution, d.agent_id, (caller->>'sub')::uuid, d.credential, key, given_request_hash, d.unit_path, muster.now(), first, new_receipt);
  RETURN QUERY SELECT 'REDEEMED', new_execution, new_receipt, first, NULL::text;
END $$;
REVOKE ALL ON FUNCTION guard.redeem(text, uuid, text, text, bytea, uuid, text, bytea, uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.redeem(text, uuid, text, text, bytea, uuid, text, bytea, uuid, text, text) TO muster_decider;

-- The standing of (agent, tool, action, session) under a hand-over, in one round trip and without the head lock:
-- for evaluating early. What is decided on is read again in guard.decide().
CREATE FUNCTION guard.load_standing(handover text, wanted_agents uuid[], wanted_tools text[], wanted_actions text[], wanted_sessions uuid[]) RETURNS SETOF text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM set_config('request.jwt.claims', handover, true);
  IF muster.claims() IS NULL THEN RAISE EXCEPTION 'no verified claims' USING ERRCODE = 'MU003'; END IF;
  RETURN QUERY SELECT s FROM guard.standing(wanted_agents, wanted_tools, wanted_actions, wanted_sessions) AS s;
END $$;
REVOKE ALL ON FUNCTION guard.load_standing(text, uuid[], text[], text[], uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.load_standing(text, uuid[], text[], text[], uuid[]) TO muster_decider;

-- The facts of an approval under a hand-over, for evaluating early. The decider sees the whole tenant: whether
-- the caller may see the approval at all was asked under the caller's own scope before.
CREATE FUNCTION guard.load_approval_facts(handover text, wanted uuid, for_verdict boolean) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM set_config('request.jwt.claims', handover, true);
  IF muster.claims() IS NULL THEN RAISE EXCEPTION 'no verified claims' USING ERRCODE = 'MU003'; END IF;
  RETURN guard.approval_facts(wanted, CASE WHEN for_verdict THEN muster.subject() END);
END $$;
REVOKE ALL ON FUNCTION guard.load_approval_facts(text, uuid, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.load_approval_facts(text, uuid, boolean) TO muster_decider;

-- Records one person's verdict, and settles the approval when it decides. The caller judged it under
-- `fingerprint`; here approval and head are locked, the facts read anew and compared. Answers
-- VOTED with the new state and the first sequence number, or STALE, UNKNOWN, HASH_MISMATCH.
CREATE FUNCTION guard.cast_vote(handover text, wanted uuid, fingerprint text, given_action_hash bytea, given_verdict text, given_reason bytea,
                                new_status text, new_approvals integer, permit_until timestamptz,
                                receipts uuid[], types text[], nonces text[], datas text[], sealeds bytea[])
  RETURNS TABLE (code text, seq bigint)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  caller jsonb;
  tenant uuid;
  a      record;
  n      integer := cardinality(receipts);
  first  bigint;
BEGIN
  PERFORM set_config('request.jwt.claims', handover, true);
  caller := muster.claims();
  IF caller IS NULL OR caller->>'kind' <> 'person' OR NOT caller->'caps' ? 'approvals:decide' THEN
    RAISE EXCEPTION 'no verified claims' USING ERRCODE = 'MU003';
  END IF;
  IF EXISTS (SELECT FROM unnest(types) AS t (type) WHERE t.type NOT IN ('approval.vote', 'approval.approved', 'approval.rejected'))
     OR new_status NOT IN ('PENDING', 'APPROVED', 'REJECTED') THEN
    RAISE EXCEPTION 'malformed verdict' USING ERRCODE = 'MU004';
  END IF;
  tenant := (caller->>'tenant_id')::uuid;
  SELECT * INTO a FROM guard.approval t WHERE t.tenant_id = tenant AND t.id = wanted FOR UPDATE;
  IF NOT FOUND THEN RETURN QUERY SELECT 'UNKNOWN', NULL::bigint; RETURN; END IF;
  IF a.action_hash IS DISTINCT FROM given_action_hash THEN RETURN QUERY SELECT 'HASH_MISMATCH', NULL::bigint; RETURN; END IF;
  -- Rows of the business first, the head last.
  PERFORM FROM guard.decision d WHERE d.tenant_id = tenant AND d.id = a.decision_id FOR UPDATE;
  PERFORM FROM ledger.head h WHERE h.tenant_id = tenant FOR UPDATE;
  IF guard.approval_facts(wanted, (caller->>'sub')::uuid) IS DISTINCT FROM fingerprint THEN
    RETURN QUERY SELECT 'STALE', NULL::bigint;
    RETURN;
  END IF;
  first := ledger.append_verified(array_fill(caller, ARRAY[n]), 'muster_guard', receipts, types, array_fill('approval'::text, ARRAY[n]), array_fill(wanted::text, ARRAY[n]),
             array_fill(a.agent_id, ARRAY[n]), array_fill(NULL::text, ARRAY[n]), nonces, datas, sealeds);
  INSERT INTO guard.approval_vote (tenant_id, approval_id, person_id, verdict, action_hash, reason_sealed, credential)
    VALUES (tenant, wanted, (caller->>'sub')::uuid, given_verdict, given_action_hash, given_reason, caller->>'cred');
  UPDATE guard.approval t SET status = new_status, approvals = new_approvals, version = t.version + 1,
         settled_at = CASE WHEN new_status <> 'PENDING' THEN muster.now() END
   WHERE t.tenant_id = tenant AND t.id = wanted;
  IF new_status = 'APPROVED' THEN
    UPDATE guard.decision d SET permit_expires_at = permit_until WHERE d.tenant_id = tenant AND d.id = a.decision_id;
  END IF;
  RETURN QUERY SELECT 'VOTED', first;
END $$;
REVOKE ALL ON FUNCTION guard.cast_vote(text, uuid, text, bytea, text, bytea, text, integer, timestamptz, uuid[], text[], text[], text[], bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.cast_vote(text, uuid, text, bytea, text, bytea, text, integer, timestamptz, uuid[], text[], text[], text[], bytea[]) TO muster_decider;
