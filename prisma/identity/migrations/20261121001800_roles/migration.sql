-- An auditor's role ends: bindings without an end, from before this rule, end ninety days after they were given.

UPDATE identity.role_binding SET expires_at = granted_at + interval '90 days'
 WHERE role = 'auditor' AND (expires_at IS NULL OR expires_at > granted_at + interval '90 days');
-- A day more than the service allows: its clock and the database's need not agree to the second.
ALTER TABLE identity.role_binding ADD CONSTRAINT auditor_ends
  CHECK (role <> 'auditor' OR expires_at IS NOT NULL AND expires_at <= granted_at + interval '91 days');
