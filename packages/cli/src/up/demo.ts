/**
 * The demo companies of the embedded form, and the file that says how to sign in.
 *
 * Seeded once. A seed that was interrupted leaves a marker: nobody was ever
 * told its secrets, so the next start throws it away and begins it anew.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { StartError } from '@muster/db/embedded'
import pg from 'pg'
import type { Clock, MovableClock } from '@muster/kernel'
import type { SeedCompany } from '../../../../prisma/seed/company.ts'
import { guideFor, type GuidePerson } from '../../../../prisma/seed/guide.ts'
import { foundingMs } from '../../../../prisma/seed/history/calendar.ts'
import { seedCompanies, type SeededTenant, type SeedParts } from '../../../../prisma/seed/seedCompany.ts'
import type { Home } from './home.ts'
import { inThePast } from './inThePast.ts'

export interface DemoState {
  readonly tenants: readonly SeededTenant[]
  /** True when this start made it. */
  readonly isFresh: boolean
  /** Who to be first. */
  readonly guide: readonly GuidePerson[]
}

type Parts = Omit<SeedParts, 'superuserUrl' | 'time'>

/** The clock of the services, and the one that was asked for: they agree except while a past is lived through. */
export interface Clocks {
  moving: MovableClock
  asked: Clock
}

/** True when an earlier start was interrupted while it seeded: the data folder holds nothing anybody knows. */
export function seedWasInterrupted(home: Home): boolean {
  return existsSync(home.seeding)
}

/** Seeds when there is nothing yet; reads what is there otherwise. */
export async function ensureDemo(
  home: Home,
  postgres: { superuserUrl: string },
  companies: readonly SeedCompany[],
  clocks: Clocks,
  parts: Parts,
): Promise<DemoState> {
  if (existsSync(home.demo)) {
    const known = JSON.parse(readFileSync(home.demo, 'utf8')) as { tenants: SeededTenant[] }
    return stateOf(known.tenants, false)
  }
  if (await hasTenants(postgres.superuserUrl)) {
    throw new StartError(
      `\`${home.demo}\` is gone, and with it the only copy of the demo's keys: restore it, or begin anew with \`npm start -- --reset\``,
    )
  }
  writeFileSync(home.seeding, '')
  const { superuserUrl } = postgres
  const endMs = clocks.asked.nowMs()
  const startMs = companies.some(({ history }) => history !== undefined) ? foundingMs(endMs) : endMs
  const tenants = await inThePast(clocks, { superuserUrl, startMs, endMs }, (time) =>
    seedCompanies({ ...parts, superuserUrl, time }, companies),
  )
  return stateOf(tenants, true)
}

function stateOf(tenants: readonly SeededTenant[], isFresh: boolean): DemoState {
  const emails = new Set(tenants.flatMap(({ users }) => users.map(({ email }) => email)))
  return { tenants, isFresh, guide: guideFor(emails) }
}

/** A start that failed before it seeded leaves an empty database, which is as good as none. */
async function hasTenants(superuserUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT FROM identity.tenant LIMIT 1')
    return rowCount !== 0
  } finally {
    await client.end()
  }
}

/** Writes `demo.json` whole or not at all, for its owner's eyes alone. */
export function writeDemo(home: Home, url: string, demo: DemoState): void {
  const draft = `${home.demo}.draft`
  const file = openSync(draft, 'w', 0o600)
  try {
    writeSync(file, `${JSON.stringify({ url, tenants: demo.tenants }, null, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, home.demo)
  rmSync(home.seeding, { force: true })
}
