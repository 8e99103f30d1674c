/** More live grants than anybody reviews: past it an agent has a role, not a list of grants. */
export const liveGrantsMax = 1_000
