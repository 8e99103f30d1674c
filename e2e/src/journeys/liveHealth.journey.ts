/** While news cannot come the console says so, and stops saying it when they can again. */
import { expect, signIn, test } from '../platform/console.ts'

test('a lost live stream is said on the screen, and taken back when it is there again', async ({ page, context }) => {
  test.setTimeout(60_000)
  let isAway = true
  await context.route('**/events*', (route) => (isAway ? route.abort() : route.continue()))
  await signIn(page, 'cleo.ciso')
  const note = page.getByText('No live news')
  await expect(note).toBeVisible({ timeout: 15_000 })
  // A tab that opens later has seen no loss of its own, and asks.
  const second = await context.newPage()
  await second.goto('/agents')
  await expect(second.getByText('No live news')).toBeVisible({ timeout: 15_000 })
  isAway = false
  await expect(note).toBeHidden({ timeout: 30_000 })
  await expect(second.getByText('No live news')).toBeHidden({ timeout: 30_000 })
})
