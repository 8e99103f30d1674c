/** The demo company's people, keys and agents, as the platform wrote them down when it was ready. */
import { readFileSync } from 'node:fs'

/** Where the run's `demo.json` lies; set by the start, read by every journey. */
export const demoVariable = 'MUSTER_E2E_DEMO'

export interface DemoAgent {
  id: string
  slug: string
  team: string
  owner: string
  apiKey: string
}

interface DemoTenant {
  id: string
  slug: string
  apiKeys: { admin: string; integrator: string; readonly: string; scim: string }
  users: { email: string; password: string; roles: { role: string; scope: string }[] }[]
  agents: DemoAgent[]
}

export interface Demo {
  url: string
  tenants: DemoTenant[]
}

export function demo(): Demo {
  const path = process.env[demoVariable]
  if (path === undefined) throw new Error('the platform was not started')
  return JSON.parse(readFileSync(path, 'utf8')) as Demo
}

/** The demo company. */
export function company(): DemoTenant {
  const tenant = demo().tenants.find(({ slug }) => slug === 'northwind')
  if (tenant === undefined) throw new Error('the demo company is not there')
  return tenant
}

/** Somebody by the part of the address before the `@`. */
export function person(name: string): { email: string; password: string } {
  const found = company().users.find(({ email }) => email.startsWith(`${name}@`))
  if (found === undefined) throw new Error(`\`${name}\` is nobody of the demo company`)
  return found
}

export function agent(slug: string): DemoAgent {
  const found = company().agents.find((each) => each.slug === slug)
  if (found === undefined) throw new Error(`\`${slug}\` is no agent of the demo company`)
  return found
}
