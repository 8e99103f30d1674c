/** Tables that only the door reads, under a hand-over of kind `service`: no person or key sees a row, however wide. */

export const doorOnlyTables: ReadonlySet<string> = new Set([
  // Which tokens were issued and spent: looked up by what somebody presents, never listed.
  'identity.refresh_token',
  'identity.revoked_token',
  'identity.used_assertion',
])
