/** How much one request may ask for; `/ServiceProviderConfig` states the same numbers. */

/** Operations of one bulk request. */
export const bulkMax = 1_000
/** What the door takes as a body. */
export const bulkBytesMax = 1_048_576
/** New resources a transaction: its locks are held for some hundred milliseconds. */
export const batchMax = 200
/** How long an agent works on without anybody to answer for it: a week for somebody to take it over. */
export const orphanGraceMs = 7 * 24 * 3600 * 1000
