/** Northwind's three departments and twelve teams. The order is the one they are made in. */
import type { SeedUnit } from '../company.ts'

const department = (name: string, teams: readonly string[]): SeedUnit => ({
  name,
  kind: 'department',
  units: teams.map((team) => ({ name: team, kind: 'team' })),
})

export const units: readonly SeedUnit[] = [
  department('Finance', ['payments-platform', 'treasury', 'risk-and-fraud', 'accounting-ops']),
  department('Support', ['support-desk', 'customer-success', 'knowledge', 'field-service']),
  department('Engineering', ['data-eng', 'delivery', 'platform-sre', 'security-ops']),
]

/** The department a team is in. */
export function departmentOf(team: string): string {
  const found = units.find(({ units: teams = [] }) => teams.some(({ name }) => name === team))
  if (found === undefined) throw new Error(`\`${team}\` is no team of northwind`)
  return found.name
}
