-- guard.decide() again: a batch whose parts do not fit each other is refused whole.
--
-- INVARIANT (everybody's own reach): what is answered for an item was judged for that item's caller. An item whose
-- standing was not in the batch fell out of the join that judges reach; every later item then moved up one place and
-- was written on the next one's judgement. An array that does not begin at one did the same to agents.

CREATE OR REPLACE FUNCTION guard.decide(
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
  IF cardinality(handovers) IS DISTINCT FROM n OR cardinality(stand) IS DISTINCT FROM n OR cardinality(idempotency_keys) IS DISTINCT FROM n
     OR array_lower(handovers, 1) <> 1 OR array_lower(stand_agents, 1) <> 1 OR array_lower(stand_tools, 1) <> 1 OR array_lower(stand_actions, 1) <> 1
     OR EXISTS (SELECT FROM unnest(stand) AS s (k) WHERE s.k IS NULL OR s.k NOT BETWEEN 1 AND cardinality(stand_agents)) THEN
    RAISE EXCEPTION 'the parts of a batch do not fit' USING ERRCODE = 'MU004';
  END IF;
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
  -- A key counts as used by what is written: an item out of its caller's reach uses none.
  SELECT array_agg(i.reached ORDER BY i.o),
         array_agg(i.idem IS NOT NULL AND (i.repeat > 1 OR EXISTS (
           SELECT FROM guard.decision d WHERE d.tenant_id = tenant AND d.credential = callers[i.o]->>'cred' AND d.idempotency_key = i.idem)) ORDER BY i.o)
    INTO reach, used
    FROM (SELECT r.*, row_number() OVER (PARTITION BY callers[r.o]->>'cred', r.idem, r.reached ORDER BY r.o) AS repeat
            FROM (SELECT u.idem, u.o, coalesce(f.facts IS NOT NULL AND guard.caller_reaches(callers[u.o], stand_agents[u.k], (f.facts->>3)::uuid, f.path), false) AS reached
                    FROM unnest(stand, idempotency_keys) WITH ORDINALITY AS u (k, idem, o)
                    JOIN (SELECT t.x::jsonb AS facts, t.o, ARRAY(SELECT jsonb_array_elements_text(t.x::jsonb->6)::uuid) AS path
                            FROM unnest(fresh) WITH ORDINALITY AS t (x, o)) AS f ON f.o = u.k) AS r) AS i;
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
