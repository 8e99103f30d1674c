/** Who brings new agents into each team: its lead, or an administrator where it has none. */
import type { Company } from '../parts.ts'

export function leadsOf({ seed }: Company): ReadonlyMap<string, string> {
  const admin = seed.people.find(({ roles }) => roles.some(({ role }) => role === 'tenant-admin'))
  const teams = seed.units.flatMap(({ units = [] }) => units.map(({ name }) => name))
  return new Map(
    teams.flatMap((team) => {
      const lead = seed.people.find(({ roles }) =>
        roles.some(({ role, unit }) => role === 'team-lead' && unit === team),
      )
      const email = (lead ?? admin)?.email
      return email === undefined ? [] : [[team, email] as const]
    }),
  )
}
