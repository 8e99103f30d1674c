-- What an answer to "why may this person" rests on. The caller's sight of person, approval and agent is checked by
-- the service before, under row-level security; every fact that decides is read here, as it is for a verdict.

CREATE FUNCTION guard.load_authority(handover text, wanted_person uuid, wanted_approval uuid, wanted_agent uuid) RETURNS jsonb
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM set_config('request.jwt.claims', handover, true);
  IF muster.claims() IS NULL THEN RAISE EXCEPTION 'no verified claims' USING ERRCODE = 'MU003'; END IF;
  RETURN (
    SELECT jsonb_build_object(
        'active', p.status = 'ACTIVE',
        'facts', guard.approval_facts(wanted_approval, p.id),
        'path', (SELECT to_jsonb(u.path) FROM identity.agent g
                   JOIN workforce.org_unit u ON u.tenant_id = g.tenant_id AND u.id = g.team_id
                  WHERE g.tenant_id = p.tenant_id AND g.id = wanted_agent),
        'bindings', coalesce(
          (SELECT jsonb_agg(jsonb_build_object('id', b.id, 'role', b.role, 'unit', b.unit_id, 'grantedBy', b.granted_by,
                    'grantedAt', b.granted_at, 'expiresAt', b.expires_at, 'receiptId', b.receipt_id) ORDER BY b.role, b.unit_id)
             FROM identity.role_binding b
            WHERE b.tenant_id = p.tenant_id AND b.person_id = p.id AND (b.expires_at IS NULL OR b.expires_at > muster.now())), '[]'))
      FROM identity.person p
     WHERE p.tenant_id = (SELECT muster.tenant()) AND p.id = wanted_person);
END $$;
REVOKE ALL ON FUNCTION guard.load_authority(text, uuid, uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.load_authority(text, uuid, uuid, uuid) TO muster_decider;
