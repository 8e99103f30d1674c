/** How to sign in to the demo, as a start prints it: who to be, what to try, where the passwords are. */
import type { GuidePerson } from '../../../../prisma/seed/guide.ts'

/** Lines for a terminal. @param file where the passwords are; @param command prints one person's. */
export function describeDemo(people: readonly GuidePerson[], file: string, command: string): string[] {
  const width = (pick: (person: GuidePerson) => string): number =>
    Math.max(...people.map((person) => pick(person).length))
  const roleOf = ({ role, unit }: GuidePerson): string => (unit === null ? role : `${role} of ${unit}`)
  const [emails, roles] = [width(({ email }) => email), width(roleOf)]
  return [
    'Sign in as',
    ...people.map((person) => `  ${person.email.padEnd(emails)}  ${roleOf(person).padEnd(roles)}  ${person.tries}`),
    '',
    `Everybody's password is in ${file}; one person's: ${command} ${people[0]?.email.split('.')[0] ?? 'NAME'}`,
  ]
}
