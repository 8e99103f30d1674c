/**
 * Companies as data: who works where, and which agents work for them. The two
 * here are the small ones that tests start with; the demo's own northwind
 * (northwind/company.ts) keeps everybody who is in the small one.
 *
 * Deterministic: names and structure are fixed here, secrets never are.
 */
import type { RiskTier, Role } from '@muster/kernel'
import type { Story } from './history/story.ts'

export interface SeedUnit {
  name: string
  kind: 'department' | 'team'
  units?: readonly SeedUnit[]
}

export interface SeedPerson {
  email: string
  displayName: string
  /** Home unit by name; absent = none. */
  unit?: string
  /** `unit` absent = the whole tenant. */
  roles: readonly { role: Role; unit?: string }[]
}

export interface SeedTool {
  name: string
  description: string
  mutates: boolean
  /** What agents do with it, each with the parameters it is called with; the history draws from these. */
  uses?: readonly SeedUse[]
}

export interface SeedUse {
  action: string
  /** Names of parameters: `amount` is money, `…Id` a number, anything else a word. */
  parameters: readonly string[]
}

export interface SeedAgent {
  slug: string
  displayName: string
  team: string
  owner: string
  purpose: string
  model: string
  environment: string
  riskTier: RiskTier
  /** Tool names, each granted with all its actions. */
  tools: readonly string[]
  /** Registered so many days before the end of the history; absent = there from its beginning. */
  joinedDaysAgo?: number
}

export interface SeedCompany {
  organization: { slug: string; name: string }
  tenant: { slug: string; name: string }
  units: readonly SeedUnit[]
  people: readonly SeedPerson[]
  tools: readonly { server: string; tools: readonly SeedTool[] }[]
  agents: readonly SeedAgent[]
  /** What happened in its first thirty days; absent = nothing yet. */
  history?: Story
}

export const smallNorthwind: SeedCompany = {
  organization: { slug: 'northwind-group', name: 'Northwind Group' },
  tenant: { slug: 'northwind', name: 'Northwind' },
  units: [
    {
      name: 'Finance',
      kind: 'department',
      units: [
        { name: 'payments-platform', kind: 'team' },
        { name: 'treasury', kind: 'team' },
      ],
    },
    {
      name: 'Support',
      kind: 'department',
      units: [
        { name: 'support-desk', kind: 'team' },
        { name: 'customer-success', kind: 'team' },
      ],
    },
    {
      name: 'Engineering',
      kind: 'department',
      units: [
        { name: 'data-eng', kind: 'team' },
        { name: 'delivery', kind: 'team' },
      ],
    },
  ],
  people: [
    { email: 'ada.admin@northwind.example', displayName: 'Ada Marsh', roles: [{ role: 'tenant-admin' }] },
    { email: 'cleo.ciso@northwind.example', displayName: 'Cleo Ferrant', roles: [{ role: 'ciso' }] },
    { email: 'ana.analyst@northwind.example', displayName: 'Ana Okafor', roles: [{ role: 'analyst' }] },
    { email: 'piet.approver@northwind.example', displayName: 'Piet Vermeer', roles: [{ role: 'approver' }] },
    { email: 'rosa.approver@northwind.example', displayName: 'Rosa Lindqvist', roles: [{ role: 'approver' }] },
    {
      email: 'tom.lead@northwind.example',
      displayName: 'Tom Baptiste',
      unit: 'payments-platform',
      roles: [{ role: 'team-lead', unit: 'payments-platform' }],
    },
    {
      email: 'sol.lead@northwind.example',
      displayName: 'Sol Park',
      unit: 'support-desk',
      roles: [{ role: 'team-lead', unit: 'support-desk' }],
    },
    {
      email: 'fay.orgadmin@northwind.example',
      displayName: 'Fay Duarte',
      unit: 'Finance',
      roles: [{ role: 'org-admin', unit: 'Finance' }],
    },
    {
      email: 'olga.owner@northwind.example',
      displayName: 'Olga Brandt',
      unit: 'payments-platform',
      roles: [{ role: 'owner' }],
    },
    {
      email: 'omar.owner@northwind.example',
      displayName: 'Omar Haddad',
      unit: 'support-desk',
      roles: [{ role: 'owner' }],
    },
    { email: 'vera.viewer@northwind.example', displayName: 'Vera Quist', roles: [{ role: 'viewer' }] },
    { email: 'udo.auditor@northwind.example', displayName: 'Udo Kessler', roles: [{ role: 'auditor' }] },
  ],
  tools: [
    {
      server: 'payments',
      tools: [
        { name: 'payments.read', description: 'Reads a payment and its history', mutates: false },
        { name: 'payments.refund', description: 'Sends money back to a customer', mutates: true },
      ],
    },
    {
      server: 'crm',
      tools: [
        { name: 'crm.read', description: 'Reads a customer record', mutates: false },
        { name: 'crm.write', description: 'Changes a customer record', mutates: true },
        { name: 'mail.send', description: 'Sends a message to a customer', mutates: true },
      ],
    },
    {
      server: 'delivery',
      tools: [
        { name: 'repo.read', description: 'Reads source code', mutates: false },
        { name: 'deploy.start', description: 'Starts a deployment', mutates: true },
        { name: 'warehouse.query', description: 'Runs a read-only query', mutates: false },
      ],
    },
  ],
  agents: [
    {
      slug: 'refund-bot',
      displayName: 'Refund bot',
      team: 'payments-platform',
      owner: 'olga.owner@northwind.example',
      purpose: 'Refunds orders within policy',
      model: 'gpt-5.6-luna',
      environment: 'production',
      riskTier: 'MEDIUM',
      tools: ['payments.read', 'payments.refund', 'crm.read'],
    },
    {
      slug: 'invoice-reader',
      displayName: 'Invoice reader',
      team: 'treasury',
      owner: 'olga.owner@northwind.example',
      purpose: 'Reads invoices and matches payments',
      model: 'gpt-5.6-luna',
      environment: 'production',
      riskTier: 'LOW',
      tools: ['payments.read', 'crm.read', 'crm.write'],
    },
    {
      slug: 'support-triage',
      displayName: 'Support triage',
      team: 'support-desk',
      owner: 'omar.owner@northwind.example',
      purpose: 'Sorts tickets and drafts answers',
      model: 'gpt-5.6-luna',
      environment: 'production',
      riskTier: 'LOW',
      tools: ['crm.read', 'crm.write', 'mail.send'],
    },
    {
      slug: 'renewal-helper',
      displayName: 'Renewal helper',
      team: 'customer-success',
      owner: 'omar.owner@northwind.example',
      purpose: 'Prepares renewals',
      model: 'gpt-5.6-luna',
      environment: 'staging',
      riskTier: 'LOW',
      tools: ['crm.read'],
    },
    {
      slug: 'deploy-agent-prod',
      displayName: 'Deploy agent',
      team: 'delivery',
      owner: 'ada.admin@northwind.example',
      purpose: 'Rolls out releases',
      model: 'gpt-5.6-sol',
      environment: 'production',
      riskTier: 'CRITICAL',
      tools: ['repo.read', 'deploy.start'],
    },
    {
      slug: 'warehouse-analyst',
      displayName: 'Warehouse analyst',
      team: 'data-eng',
      owner: 'ada.admin@northwind.example',
      purpose: 'Answers questions from the warehouse',
      model: 'gpt-5.6-sol',
      environment: 'production',
      riskTier: 'HIGH',
      tools: ['warehouse.query'],
    },
  ],
}

export const tailspin: SeedCompany = {
  organization: { slug: 'tailspin', name: 'Tailspin' },
  tenant: { slug: 'tailspin', name: 'Tailspin' },
  units: [{ name: 'Operations', kind: 'department', units: [{ name: 'ops', kind: 'team' }] }],
  people: [
    { email: 'ines.admin@tailspin.example', displayName: 'Ines Moreau', roles: [{ role: 'tenant-admin' }] },
    { email: 'paul.approver@tailspin.example', displayName: 'Paul Eide', roles: [{ role: 'approver' }] },
    { email: 'oda.owner@tailspin.example', displayName: 'Oda Keller', unit: 'ops', roles: [{ role: 'owner' }] },
  ],
  tools: [
    {
      server: 'ops',
      tools: [
        { name: 'tickets.read', description: 'Reads a ticket', mutates: false },
        { name: 'tickets.close', description: 'Closes a ticket', mutates: true },
      ],
    },
  ],
  agents: [
    {
      slug: 'ticket-closer',
      displayName: 'Ticket closer',
      team: 'ops',
      owner: 'oda.owner@tailspin.example',
      purpose: 'Closes resolved tickets',
      model: 'gpt-5.6-luna',
      environment: 'production',
      riskTier: 'LOW',
      tools: ['tickets.read', 'tickets.close'],
    },
  ],
}

export const smallCompanies: readonly SeedCompany[] = [smallNorthwind, tailspin]
