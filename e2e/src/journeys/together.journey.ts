/** Several people at once: one approval on two screens, and a queue that does not move under the cursor. */
import { held } from '../platform/api.ts'
import { agent, demo } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

const deploy = { tool: 'deploy.start', action: 'run', parameters: { release: '5.0.0' } }

test('two approvers decide one action: each sees the other’s verdict, and nobody votes twice', async ({
  page,
  browser,
}) => {
  const id = await held(agent('deploy-agent-prod').apiKey, deploy)
  const other = await browser.newContext({ baseURL: demo().url })
  const second = await other.newPage()
  await signIn(page, 'piet.approver')
  await signIn(second, 'rosa.approver')
  await page.goto(`/approvals?id=${id}`)
  await second.goto(`/approvals?id=${id}`)
  await expect(page.getByText('The hashes agree')).toBeVisible()
  await expect(second.getByText('The hashes agree')).toBeVisible()

  await page.keyboard.press('a')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(/Recorded in the ledger/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Approve…' })).toHaveAttribute('aria-disabled', 'true')
  // Told by the live stream: nobody reloads.
  const review = second.getByRole('article')
  await expect(review.getByText('1 of 2 approved')).toBeVisible()
  await expect(review.getByText('Piet Vermeer')).toBeVisible()

  await second.keyboard.press('a')
  await second.keyboard.press('Control+Enter')
  await expect(second.getByText(/Recorded in the ledger/)).toBeVisible()
  await expect(page.getByRole('article').getByText('2 of 2 approved')).toBeVisible()
  await other.close()
})

test('a new action is announced, and shown when asked for', async ({ page }) => {
  await held(agent('deploy-agent-prod').apiKey, deploy)
  await signIn(page, 'piet.approver')
  await page.goto('/approvals')
  const queue = page.getByRole('region', { name: 'Queue' })
  await expect(queue.getByRole('listitem').first()).toBeVisible()
  const before = await queue.getByRole('listitem').count()
  await held(agent('deploy-agent-prod').apiKey, { ...deploy, parameters: { release: '5.0.1' } })
  await expect(page.getByRole('button', { name: '1 change' })).toBeVisible()
  expect(await queue.getByRole('listitem').count()).toBe(before)
  await page.keyboard.press('.')
  await expect(queue.getByRole('listitem')).toHaveCount(before + 1)
})
