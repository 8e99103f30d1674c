/**
 * What Lighthouse says of the console, signed out and signed in, on the desktop
 * preset: its simulated network and processor, on the real platform.
 *
 * It measures in a tab of its own beside ours, in one browser profile: the
 * cookie of whoever signed in here is there as well.
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base } from '@playwright/test'
import lighthouse, { desktopConfig } from 'lighthouse'
import { demo } from '../platform/demo.ts'
import { expect, signIn } from '../platform/console.ts'

const scoreMin = 95
const categories = ['performance', 'accessibility', 'best-practices']
/** A machine that does something else at the time costs points that are not the console's: the best of so many. */
const triesMax = 3

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Category → points, and what cost any. */
async function measure(port: number, path: string): Promise<{ points: Record<string, number>; costs: string[] }> {
  const result = await lighthouse(
    `${demo().url}${path}`,
    { port, output: 'json', logLevel: 'silent', onlyCategories: categories, disableStorageReset: true },
    desktopConfig,
  )
  if (result === undefined) throw new Error('lighthouse gave no result')
  const { lhr } = result
  // The browser's own record of the load was spoiled: a try without points, named if all are.
  if (lhr.runtimeError !== undefined) return { points: {}, costs: [lhr.runtimeError.code] }
  if (!lhr.finalDisplayedUrl.endsWith(path)) throw new Error(`lighthouse was led to ${lhr.finalDisplayedUrl}`)
  const all = Object.values(lhr.categories)
  return {
    points: Object.fromEntries(all.map(({ id, score }) => [id, Math.round((score ?? 0) * 100)])),
    costs: all.flatMap(({ auditRefs }) =>
      auditRefs
        .filter(({ id, weight }) => weight > 0 && (lhr.audits[id]?.score ?? 1) < 0.9)
        .map(({ id }) => `${id} ${lhr.audits[id]?.displayValue ?? ''}`.trim()),
    ),
  }
}

base('sign-in, workforce and directory score 95 or more in Lighthouse', async ({ playwright, launchOptions }) => {
  // Three screens, each measured up to three times.
  base.setTimeout(240_000)
  const profile = mkdtempSync(join(tmpdir(), 'muster-lighthouse-'))
  const port = await freePort()
  const context = await playwright.chromium.launchPersistentContext(profile, {
    ...launchOptions,
    baseURL: demo().url,
    args: [...(launchOptions.args ?? []), `--remote-debugging-port=${port}`],
  })
  const enough = async (path: string): Promise<void> => {
    const tries: Awaited<ReturnType<typeof measure>>[] = []
    const isEnough = (): boolean =>
      categories.every((name) => tries.some(({ points }) => (points[name] ?? 0) >= scoreMin))
    while (!isEnough() && tries.length < triesMax) tries.push(await measure(port, path))
    console.log(`  lighthouse ${path}: ${tries.map(({ points }) => JSON.stringify(points)).join(' ')}`)
    expect(isEnough(), `${path}: ${JSON.stringify(tries)}`).toBe(true)
  }
  try {
    const page = context.pages()[0] ?? (await context.newPage())
    await enough('/sign-in')
    await signIn(page, 'cleo.ciso')
    // Ours is out of the way while the other tab is measured.
    await page.goto('about:blank')
    await enough('/workforce')
    await enough('/agents')
  } finally {
    await context.close()
    rmSync(profile, { recursive: true, force: true })
  }
})
