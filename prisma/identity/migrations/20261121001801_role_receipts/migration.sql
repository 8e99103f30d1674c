-- A binding names the receipt of its granting, so that "why may this person" leads to the record.
ALTER TABLE identity.role_binding ADD COLUMN receipt_id uuid;
