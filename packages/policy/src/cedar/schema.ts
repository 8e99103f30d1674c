/**
 * The Cedar schema of Muster, as text and as a hash: policies are validated
 * against it before they can be published, requests at every evaluation.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The schema in Cedar's own syntax, exactly as hashed. */
export const schemaText: string = readFileSync(new URL('./muster.cedarschema', import.meta.url), 'utf8')

/** SHA-256 of the schema's UTF-8 bytes, lower-case hex. */
export const schemaHash: string = createHash('sha256').update(schemaText, 'utf8').digest('hex')
