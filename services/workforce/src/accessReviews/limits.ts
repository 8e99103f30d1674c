/** What bounds an access review. */

/** One statement, one transaction, one page's patience: past it a campaign is opened by department. */
export const itemsMax = 20_000
/** A year: what is certified less often is not certified. */
export const dueDaysMax = 366
export const justificationLengthMax = 2_000
/** How far back uses and refusals are counted. */
export const usageDays = 90
