/**
 * The people to begin with, in the order one would try them: one for each kind
 * of work, and what to look at as that person.
 */
import type { Role } from '@muster/kernel'
import { companiesOf } from './demo.ts'

export interface GuidePerson {
  email: string
  displayName: string
  role: Role
  /** Home of the role by name; null = the whole company. */
  unit: string | null
  tenant: string
  /** One thing worth doing first. */
  tries: string
}

const tries: Readonly<Record<string, string>> = {
  'cleo.ciso@northwind.example': 'the whole workforce: Workforce, then a number, then its list',
  'ana.analyst@northwind.example': 'triage findings, freeze an agent, verify the ledger',
  'piet.approver@northwind.example': 'decide held actions: Approvals',
  'tom.lead@northwind.example': 'see payments-platform and nothing else; approve for it',
  'olga.owner@northwind.example': 'own agents, and be refused as their approver',
  'fay.orgadmin@northwind.example': 'run the Finance department',
  'ada.admin@northwind.example': 'everything, with every key',
  'udo.auditor@northwind.example': 'read and verify, change nothing',
  'vera.viewer@northwind.example': 'look on',
  'ines.admin@tailspin.example': 'the other tenant: sees nothing of the first',
}

/** The guide for the people who are there, by e-mail. */
export function guideFor(emails: ReadonlySet<string>): GuidePerson[] {
  return companiesOf.small
    .flatMap(({ tenant, people }) => people.map((person) => ({ ...person, tenant: tenant.name })))
    .flatMap(({ email, displayName, roles, tenant }) => {
      const [first] = roles
      const words = tries[email]
      if (first === undefined || words === undefined || !emails.has(email)) return []
      return [{ email, displayName, role: first.role, unit: first.unit ?? null, tenant, tries: words }]
    })
    .toSorted((a, b) => order.indexOf(a.email) - order.indexOf(b.email))
}

const order = Object.keys(tries)
