/**
 * `npm test`: everything that must hold, from a fresh clone.
 *
 * Installs what it needs (the browser included), then runs code generation,
 * types, lint, format, tests, the console's build, the journeys and, where
 * published vectors lie beside the project, conformance. Nothing is skipped
 * silently; the last line is `N passed, N failed`.
 *
 *   npm test                      everything
 *   npm test -- packages/ledger   only the tests below a path
 */
import { existsSync } from 'node:fs'
import { findBrowser } from './browser.mjs'
import { ensureInstalled } from './install.mjs'
import { checkOwnNode, findNode } from './place.mjs'
import { buildConsole, generate } from './prepare.mjs'
import { giveUp } from './sentence.mjs'
import { endAll, step, tally } from './steps.mjs'
import { conformance, format, hasJourneys, journeys, lint, typecheck, vectors, vitest } from './suites.mjs'

const done = { passed: 1, failed: 0 }

async function main() {
  const filters = process.argv.slice(2)
  const began = Date.now()
  checkOwnNode()
  await ensureInstalled()
  const node = findNode()
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      endAll()
      process.exit(130)
    })
  }
  await step('codegen', async () => (generate(node), done))
  if (filters.length > 0) {
    await step('tests', () => vitest(filters))
  } else {
    await step('typecheck', typecheck)
    await step('lint', lint)
    await step('format', format)
    await step('tests', () => vitest([]))
    await step('console', async () => (buildConsole(node), done))
    if (hasJourneys()) await step('journeys', () => journeys(findBrowser(node)))
    if (existsSync(vectors)) await step('conformance', () => conformance(node))
  }
  if (tally.skipped > 0) console.log(`muster: ${tally.skipped} skipped`)
  console.log(`muster: ${Math.round((Date.now() - began) / 1000)} s in all`)
  console.log(`${tally.passed} passed, ${tally.failed} failed`)
  process.exitCode = tally.failed === 0 ? 0 : 1
}

main().catch(giveUp)
