-- A receipt is stamped with where it happened, whoever writes it.
--
-- Units are read under the caller's scope. An agent's own key has none, nor has an owner outside of the agent's team:
-- what they wrote was stamped with no team at all, and whoever led that team lost sight of it the day the agent moved.
-- The closure knows the path behind the tenant's wall alone; it is asked only when the unit itself is out of sight.

-- Appends receipts whose callers were verified and put into `heads` and `requests` (JSON strings) by the function
-- calling this one. Owner only. Arrays are parallel. Returns the first sequence number.
CREATE OR REPLACE FUNCTION ledger.append_composed(heads text[], requests text[], actors uuid[], writer name, ids uuid[], types text[], subject_types text[],
                                       subject_ids text[], agents uuid[], policy_hashes text[], nonces text[], datas text[], sealeds bytea[])
  RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  n       integer := cardinality(ids);
  tenant  uuid := muster.tenant();
  service text := CASE writer WHEN 'muster_decider' THEN 'guard' ELSE substr(writer, 8) END;
  head    record;
  made    record;
  at      timestamptz;
  stamp   text;
  last    bytea;
  leaf    bytea;
  links   bytea[] := '{}';
BEGIN
  IF tenant IS NULL THEN RAISE EXCEPTION 'no verified claims' USING ERRCODE = 'MU003'; END IF;
  IF n IS NULL OR n = 0 THEN RETURN NULL; END IF;
  IF cardinality(types) <> n OR cardinality(subject_types) <> n OR cardinality(subject_ids) <> n OR cardinality(agents) <> n
     OR cardinality(policy_hashes) <> n OR cardinality(nonces) <> n OR cardinality(datas) <> n OR cardinality(sealeds) <> n
     OR cardinality(heads) <> n OR cardinality(requests) <> n OR cardinality(actors) <> n THEN
    RAISE EXCEPTION 'receipt arrays differ in length' USING ERRCODE = 'MU004';
  END IF;
  -- CASE fixes the order: what is decoded is known to be hexadecimal. A pattern match would take ten times as long.
  IF EXISTS (SELECT FROM unnest(heads, requests, subject_ids, policy_hashes, nonces, datas) AS r (head, request, subject_id, policy_hash, nonce, data)
      WHERE CASE WHEN octet_length(r.nonce) = 32 AND pg_input_is_valid('\x' || r.nonce, 'bytea')
                 THEN encode(decode(r.nonce, 'hex'), 'hex') <> r.nonce ELSE true END
         OR CASE WHEN r.policy_hash IS NULL THEN false
                 WHEN octet_length(r.policy_hash) = 64 AND pg_input_is_valid('\x' || r.policy_hash, 'bytea')
                 THEN encode(decode(r.policy_hash, 'hex'), 'hex') <> r.policy_hash ELSE true END
         OR r.head IS NULL OR r.request IS NULL OR r.subject_id IS NULL OR octet_length(r.subject_id) NOT BETWEEN 1 AND 128
         -- One object and nothing beside it, every key once, every escape a character.
         OR left(r.data, 1) <> '{' OR right(r.data, 1) <> '}' OR (r.data IS JSON OBJECT WITH UNIQUE KEYS) IS NOT TRUE)
     OR EXISTS (SELECT FROM (SELECT DISTINCT unnest(subject_types) AS type) AS s WHERE (s.type ~ '^[a-z][a-z_]{0,31}$') IS NOT TRUE) THEN
    RAISE EXCEPTION 'malformed receipt' USING ERRCODE = 'MU004';
  END IF;

  SELECT h.seq, h.link, h.occurred_at INTO head FROM ledger.head h WHERE h.tenant_id = tenant FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'this tenant has no ledger' USING ERRCODE = 'MU003'; END IF;
  -- Time never runs backwards in a chain, whatever the machine's clock does.
  at := greatest(muster.now(), head.occurred_at);
  stamp := to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

  SELECT array_agg(b.body ORDER BY b.o) AS bodies, array_agg(sha256('\x00'::bytea || b.body) ORDER BY b.o) AS leaves,
         max(octet_length(b.body)) AS longest
    INTO made
    FROM (SELECT r.o, ledger.compose(r.head, r.data, r.id, r.nonce, stamp, r.policy_hash, r.request, service,
                                     r.subject_id, r.subject_type, tenant::text, r.type) AS body
            FROM unnest(heads, requests, ids, types, subject_types, subject_ids, policy_hashes, nonces, datas) WITH ORDINALITY
                   AS r (head, request, id, type, subject_type, subject_id, policy_hash, nonce, data, o)
          OFFSET 0) AS b; -- made once, used three times
  -- What an entry bundle of the tiles can hold.
  IF made.longest > 65535 THEN RAISE EXCEPTION 'malformed receipt' USING ERRCODE = 'MU004'; END IF;
  last := head.link;
  FOR i IN 1..n LOOP
    leaf := made.leaves[i];
    last := sha256('muster/link/v1\012'::bytea || int8send(head.seq + i) || last || leaf);
    links := array_append(links, last);
  END LOOP;

  INSERT INTO ledger.entry (tenant_id, seq, leaf, link)
    SELECT tenant, head.seq + e.o, e.leaf, e.link FROM unnest(made.leaves, links) WITH ORDINALITY AS e (leaf, link, o);
  INSERT INTO ledger.receipt (tenant_id, seq, id, type, subject_type, subject_id, agent_id, actor_id, unit_path, occurred_at, body, sealed)
    SELECT tenant, head.seq + r.o, r.id, r.type, r.subject_type, r.subject_id, r.agent, r.actor,
           coalesce(u.path, (SELECT array_agg(c.ancestor_id ORDER BY c.depth) FROM workforce.org_closure c
                              WHERE c.tenant_id = tenant AND c.descendant_id = a.team_id), '{}'), at, r.body, r.sealed
      FROM unnest(ids, types, subject_types, subject_ids, agents, actors, made.bodies, sealeds) WITH ORDINALITY
             AS r (id, type, subject_type, subject_id, agent, actor, body, sealed, o)
      LEFT JOIN identity.agent a ON a.tenant_id = tenant AND a.id = r.agent
      LEFT JOIN workforce.org_unit u ON u.tenant_id = tenant AND u.id = a.team_id;
  UPDATE ledger.head h SET seq = head.seq + n, link = last, occurred_at = at WHERE h.tenant_id = tenant;
  RETURN head.seq + 1;
END $$;
