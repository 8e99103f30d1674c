-- A hand-over is accepted in one spelling only.
--
-- The byte between signature and claims was not looked at, so one hand-over could be written in 255 ways; and an
-- id was cut to the length of a uuid, so one signed with something behind it would have been read as another.
-- Neither widened anything. Both would have made two texts mean the same, which is how caches and logs are fooled.
-- And claims without capabilities, subject or credential are none: `NOT (NULL ? 'x')` is no refusal.

GRANT CREATE ON SCHEMA muster TO muster_keyholder; -- taken back below
SET ROLE muster_keyholder;
-- As before, but for the separator and for claims with something missing.
CREATE OR REPLACE FUNCTION muster.verified_text(handover text, audience name) RETURNS text
  LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  bytes bytea;
  key   record;
  body  text;
BEGIN
  IF handover IS NULL OR octet_length(handover) < 67 OR octet_length(handover) > 65536 THEN RETURN NULL; END IF;
  bytes := convert_to(handover, 'UTF8');
  IF get_byte(bytes, 64) <> 46 THEN RETURN NULL; END IF; -- a full stop
  bytes := substr(bytes, 66);
  FOR key IN SELECT k.inner_pad, k.outer_pad FROM muster.handover_key k LOOP
    -- Compared as text of a keyed hash: what a timing tells is a prefix of a value the key already fixed.
    IF encode(sha256(key.outer_pad || sha256(key.inner_pad || bytes)), 'hex') = left(handover, 64) THEN
      body := convert_from(bytes, 'UTF8');
      IF (strpos(body, '"v":1,') > 0 OR body LIKE '%"v":1}')
         AND strpos(body, '"aud":"' || audience || '"') > 0
         AND strpos(body, '"tenant_id":"') > 0 AND strpos(body, '"sub":"') > 0 AND strpos(body, '"cred":"') > 0
         AND strpos(body, '"caps":[') > 0
         AND to_timestamp(nullif(split_part(split_part(split_part(body, '"exp":', 2), '}', 1), ',', 1), '')::double precision)
             > clock_timestamp() + muster.clock_offset() THEN
        RETURN body;
      END IF;
      RETURN NULL;
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
SET ROLE muster_owner;
REVOKE CREATE ON SCHEMA muster FROM muster_keyholder;

-- A value ends at its quotation mark. What is no uuid is an error, never a shorter one.
CREATE OR REPLACE FUNCTION muster.tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(split_part(split_part(muster.handed_over(), '"tenant_id":"', 2), '"', 1), '')::uuid $$;
CREATE OR REPLACE FUNCTION muster.subject() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(split_part(split_part(muster.handed_over(), '"sub":"', 2), '"', 1), '')::uuid $$;
CREATE OR REPLACE FUNCTION muster.own_agent() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(split_part(split_part(muster.handed_over(), '"agent":"', 2), '"', 1), '')::uuid $$;
