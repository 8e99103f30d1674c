-- The rest of an agent's profile (spec/000): on whose behalf it runs, under which domain, and on what runtime.
--
-- Claims of whoever registers it. What is proved stands in identity.verification_artifact.

ALTER TABLE identity.agent
  ADD COLUMN owner_type      text NOT NULL DEFAULT 'UNKNOWN' CHECK (owner_type IN ('INDIVIDUAL', 'ORGANIZATION', 'UNKNOWN')),
  ADD COLUMN sponsor_domain  text NOT NULL DEFAULT '' CHECK (length(sponsor_domain) <= 240),
  ADD COLUMN runtime_name    text NOT NULL DEFAULT '' CHECK (length(runtime_name) <= 200),
  ADD COLUMN runtime_version text NOT NULL DEFAULT '' CHECK (length(runtime_version) <= 100),
  -- Shown as a link by nobody: an agent's own words.
  ADD COLUMN homepage_url    text NOT NULL DEFAULT '' CHECK (homepage_url = '' OR homepage_url LIKE 'https://%' AND length(homepage_url) <= 500);
GRANT UPDATE (owner_type, sponsor_domain, runtime_name, runtime_version, homepage_url) ON identity.agent TO muster_identity;
