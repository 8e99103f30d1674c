/**
 * The Cedar schema of Muster: policies are validated against it before they
 * can be published, requests at every evaluation.
 *
 * Within a version attributes may be added, never changed or removed: a policy
 * that was valid stays valid and keeps its meaning, so the version (not the
 * text) is part of a policy set's hash.
 */
import { readFileSync } from 'node:fs'

export const schemaVersion = 'muster/v1'

/** The schema in Cedar's own syntax. */
export const schemaText: string = readFileSync(new URL('./muster.cedarschema', import.meta.url), 'utf8')
