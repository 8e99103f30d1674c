-- What a service says in a receipt is canonical, or it is not written.
--
-- A body is hashed as it stands. One whose keys are out of order or whose numbers are written another way would be
-- hashed faithfully, refused by every reader as no receipt, and so break the verification of the whole chain for
-- ever: one careless or captured service could spoil everybody's proof. The decider's receipts do not pass here:
-- its batches are composed at ten thousand a second by the process that decides, whose word is taken for more.

-- The RFC 8785 form of what receipts may hold: keys of printable ASCII (where bytes sort as the standard's UTF-16
-- does), strings, booleans, nulls, integers a double holds exactly, and decimals written plainly. NULL otherwise.
CREATE FUNCTION ledger.canonical(value json) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE raw text := value::text;
BEGIN
  CASE json_typeof(value)
    WHEN 'object' THEN
      -- A key of another kind falls out, and the result is not what was given.
      RETURN (SELECT '{' || coalesce(string_agg('"' || e.key || '":' || ledger.canonical(e.value), ',' ORDER BY e.key COLLATE "C"), '') || '}'
                FROM json_each(value) AS e WHERE e.key ~ '^[ !#-[\]-~]+$');
    WHEN 'array' THEN
      RETURN (SELECT '[' || coalesce(string_agg(ledger.canonical(e.value), ',' ORDER BY e.o), '') || ']'
                FROM json_array_elements(value) WITH ORDINALITY AS e (value, o));
    WHEN 'string' THEN
      RETURN to_json(value #>> '{}')::text;
    WHEN 'number' THEN
      IF raw ~ '^-?[1-9][0-9]{0,15}$|^0$' AND abs(raw::numeric) <= 9007199254740991 THEN RETURN raw; END IF;
      -- Up to 15 significant digits every decimal is its own shortest form; beyond, the engine's shortest form decides.
      IF raw ~ '^-?(0|[1-9][0-9]*)\.[0-9]*[1-9]$' AND abs(raw::numeric) >= 0.000001
         AND (length(ltrim(translate(raw, '-.', ''), '0')) <= 15 OR raw::double precision::text = raw) THEN RETURN raw; END IF;
      RETURN NULL;
    ELSE
      RETURN raw;
  END CASE;
END $$;
REVOKE ALL ON FUNCTION ledger.canonical(json) FROM PUBLIC;

-- The one way for a service to write to the ledger. Actor, request id, tenant and service come from the
-- verified claims and the login role; types a role may not write are refused.
CREATE OR REPLACE FUNCTION ledger.append(ids uuid[], types text[], subject_types text[], subject_ids text[], agents uuid[],
                              policy_hashes text[], nonces text[], datas text[], sealeds bytea[]) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  caller jsonb := muster.claims();
  n      integer := cardinality(ids);
BEGIN
  IF caller IS NULL THEN RAISE EXCEPTION 'no verified claims' USING ERRCODE = 'MU003'; END IF;
  IF EXISTS (SELECT FROM (SELECT DISTINCT unnest(types) AS type) AS t WHERE NOT EXISTS
      (SELECT FROM ledger.receipt_type k WHERE k.writer = session_user AND k.type = t.type)) THEN
    RAISE EXCEPTION 'this service may not write that receipt' USING ERRCODE = 'MU005';
  END IF;
  IF EXISTS (SELECT FROM unnest(datas) AS d (data) WHERE ledger.canonical(d.data::json) IS DISTINCT FROM d.data) THEN
    RAISE EXCEPTION 'malformed receipt' USING ERRCODE = 'MU004';
  END IF;
  RETURN ledger.append_composed(
    array_fill(ledger.body_head(caller), ARRAY[n]),
    array_fill(CASE WHEN octet_length(caller->>'rid') BETWEEN 1 AND 256 THEN to_json(caller->>'rid')::text END, ARRAY[n]),
    array_fill((caller->>'sub')::uuid, ARRAY[n]),
    session_user::name, ids, types, subject_types, subject_ids, agents, policy_hashes, nonces, datas, sealeds);
END $$;
