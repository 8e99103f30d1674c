/**
 * How fast the console is, as far as a shared machine can say: what must not
 * wait for the network does not, what must not grow does not. The figures
 * themselves are a measure of `bench/`.
 */
import type { Page } from '@playwright/test'
import { expect, signIn, test } from '../platform/console.ts'

/** Four times what the eye is promised on a machine of its own. Milliseconds. */
const changeMsMax = 400
const changes = 9

/** From the second key to the frame that shows the heading, as the page itself sees it. Milliseconds. */
async function changeMs(page: Page, key: string, heading: string): Promise<number> {
  await page.evaluate((title) => {
    const state = globalThis as unknown as { change: Promise<number> }
    state.change = new Promise((resolve) => {
      addEventListener(
        'keydown',
        function began(event) {
          if (event.key === 'g') return
          removeEventListener('keydown', began, { capture: true })
          const at = performance.now()
          const look = (): void => {
            if (document.querySelector('h1')?.textContent?.startsWith(title) === true) resolve(performance.now() - at)
            else requestAnimationFrame(look)
          }
          look()
        },
        { capture: true },
      )
    })
  }, heading)
  await page.keyboard.press('g')
  await page.keyboard.press(key)
  return page.evaluate(() => (globalThis as unknown as { change: Promise<number> }).change)
}

test('a screen seen before is there again at once, without waiting for the network', async ({ page }) => {
  await signIn(page, 'cleo.ciso')
  const rows = page.getByRole('grid', { name: 'Agents' }).getByRole('row')
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await expect(rows.nth(3)).toBeVisible()
  const times: number[] = []
  for (let turn = 0; turn < changes; turn++) {
    times.push(await changeMs(page, 'w', 'Workforce'))
    times.push(await changeMs(page, 'd', 'Agents'))
  }
  const median = times.toSorted((a, b) => a - b)[changes]!
  console.log(`  route change on warm data: median ${median.toFixed(0)} ms`)
  expect(median).toBeLessThan(changeMsMax)

  // Nothing answers any more: what was fetched is shown all the same.
  await changeMs(page, 'w', 'Workforce')
  await page.context().route('**/graphql', () => new Promise(() => undefined))
  await changeMs(page, 'd', 'Agents')
  await expect(rows.nth(3)).toBeVisible({ timeout: 1_000 })
  await page.context().unroute('**/graphql')
})

test('scrolling up and down a long list leaves no more rows and no more memory behind than it found', async ({
  page,
}) => {
  await signIn(page, 'cleo.ciso')
  await page.goto('/agents')
  const grid = page.getByRole('grid', { name: 'Agents' })
  await expect(grid.getByRole('row').nth(3)).toBeVisible()
  const tool = await page.context().newCDPSession(page)
  await tool.send('Performance.enable')
  const figure = async (name: string): Promise<number> => {
    await tool.send('HeapProfiler.collectGarbage')
    const { metrics } = await tool.send('Performance.getMetrics')
    return metrics.find((metric) => metric.name === name)?.value ?? Number.NaN
  }
  const upAndDown = async (): Promise<number> => {
    let most = 0
    for (const to of [1, 0.5, 0]) {
      await grid.evaluate((element, share) => element.scrollTo({ top: element.scrollHeight * share }), to)
      await page.waitForTimeout(60)
      most = Math.max(most, await grid.getByRole('row').count())
    }
    return most
  }
  // Everything is fetched and every chunk compiled.
  for (let turn = 0; turn < 6; turn++) await upAndDown()
  const [heap, nodes] = [await figure('JSHeapUsedSize'), await figure('Nodes')]
  let most = 0
  for (let turn = 0; turn < 10; turn++) most = Math.max(most, await upAndDown())
  expect(most).toBeLessThan(80)
  expect((await figure('JSHeapUsedSize')) / heap).toBeLessThan(1.25)
  expect((await figure('Nodes')) / nodes).toBeLessThan(1.25)
})
