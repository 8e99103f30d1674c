/** The page about plans says what the table says. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { planCodes, planLimits, type PlanLimits } from '@muster/kernel'

const rows: [keyof PlanLimits, string][] = [
  ['requestsPerMinute', 'requests a minute, tenant'],
  ['credentialRequestsPerMinute', 'requests a minute, credential'],
  ['agents', 'agents'],
  ['people', 'people'],
]

test.each(rows)('the documented %s are those that are held to', (limit, words) => {
  const page = readFileSync(new URL('../../../../docs/specs/plans.md', import.meta.url), 'utf8')
  const numbers = planCodes.map((code) => planLimits[code][limit].toLocaleString('en-US'))
  expect(page).toContain(`| ${words} | ${numbers.join(' | ')} |`)
})
