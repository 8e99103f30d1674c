/** The texts of the agent file, and the words every screen about agents shares. */

export const agentsTexts = {
  title: 'Agents',
  any: 'any',
  team: 'Team',
  owner: 'Owner',
  columns: { risk: 'Risk', tier: 'Risk tier' },
  noEvidence: 'no evidence',
  hiddenTeam: 'outside your scope',
} as const
