/**
 * The people of northwind: whoever owns, leads, approves or looks on.
 *
 * Those of the small company first, as they are; then everybody the larger one
 * needs so that each team has a lead and owners, and each department an
 * administrator and an approver of its own.
 */
import type { Role } from '@muster/kernel'
import { smallNorthwind, type SeedPerson } from '../company.ts'

const leads: readonly (readonly [team: string, first: string, last: string])[] = [
  ['treasury', 'Mira', 'Castellan'],
  ['risk-and-fraud', 'Jonas', 'Adeyemi'],
  ['accounting-ops', 'Petra', 'Novak'],
  ['customer-success', 'Luis', 'Ferreira'],
  ['knowledge', 'Hanna', 'Sjoberg'],
  ['field-service', 'Marek', 'Dvorak'],
  ['data-eng', 'Yuki', 'Tanabe'],
  ['delivery', 'Noor', 'Rahimi'],
  ['platform-sre', 'Elias', 'Winther'],
  ['security-ops', 'Zora', 'Mbeki'],
]

const owners: readonly (readonly [team: string, first: string, last: string])[] = [
  ['payments-platform', 'Priya', 'Raman'],
  ['treasury', 'Hugo', 'Lambert'],
  ['risk-and-fraud', 'Selma', 'Aydin'],
  ['accounting-ops', 'Bruno', 'Conti'],
  ['support-desk', 'Greta', 'Holm'],
  ['support-desk', 'Kofi', 'Mensah'],
  ['customer-success', 'Nadia', 'Petrov'],
  ['knowledge', 'Simon', 'Achterberg'],
  ['field-service', 'Ivana', 'Kovac'],
  ['data-eng', 'Dev', 'Malhotra'],
  ['delivery', 'Lena', 'Vogt'],
  ['platform-sre', 'Tariq', 'Aziz'],
  ['security-ops', 'Wren', 'Gallagher'],
]

const person = (role: Role, suffix: string, first: string, last: string, unit?: string, bound = true): SeedPerson => ({
  email: `${first.toLowerCase()}.${suffix}@northwind.example`,
  displayName: `${first} ${last}`,
  ...(unit === undefined ? {} : { unit }),
  roles: [unit === undefined || !bound ? { role } : { role, unit }],
})

export const people: readonly SeedPerson[] = [
  ...smallNorthwind.people,
  ...leads.map(([team, first, last]) => person('team-lead', 'lead', first, last, team)),
  // An owner's reach is the agents they own, wherever those are.
  ...owners.map(([team, first, last]) => person('owner', 'owner', first, last, team, false)),
  person('org-admin', 'orgadmin', 'Sara', 'Lindholm', 'Support'),
  person('org-admin', 'orgadmin', 'Theo', 'Marchetti', 'Engineering'),
  person('approver', 'approver', 'Freya', 'Nilsen', 'Finance'),
  person('approver', 'approver', 'Caspar', 'Weiss', 'Support'),
  person('approver', 'approver', 'Imani', 'Okoro', 'Engineering'),
  person('analyst', 'analyst', 'Joao', 'Teixeira'),
  person('viewer', 'viewer', 'Bela', 'Horvath'),
]

/** The owners of a team's agents, in the order they take turns. */
export function ownersOf(team: string): readonly string[] {
  const own = people.filter(({ unit, roles }) => unit === team && roles.some(({ role }) => role === 'owner'))
  return own.map(({ email }) => email)
}

export function leadOf(team: string): string {
  const found = people.find(({ roles }) => roles.some(({ role, unit }) => role === 'team-lead' && unit === team))
  if (found === undefined) throw new Error(`\`${team}\` has no lead`)
  return found.email
}
