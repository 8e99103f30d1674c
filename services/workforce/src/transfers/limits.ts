/** How long an offer stands, in days: two weeks unless said otherwise, a quarter at most, for teams change. */
export const offerDays = 14
export const offerDaysMax = 90
