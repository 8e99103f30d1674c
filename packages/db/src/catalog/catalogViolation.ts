/** What the catalog assertion throws: every difference at once, so that one look tells the whole story. */
export class CatalogViolation extends Error {
  override readonly name = 'CatalogViolation'
  /** One sentence each: the object in backticks, then what is wrong with it. */
  readonly violations: readonly string[]

  constructor(violations: readonly string[]) {
    super(`the database is not as it was reviewed:\n${violations.map((violation) => `- ${violation}`).join('\n')}`)
    this.violations = violations
  }
}
