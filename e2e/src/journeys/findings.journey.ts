/** From what was detected to a closed finding, each step on record. */
import { authorize } from '../platform/api.ts'
import { agent } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

test('an analyst takes a finding on, opens its evidence, and closes it with a reason', async ({ page }) => {
  const { apiKey } = agent('support-triage')
  const { decision } = await authorize(apiKey, {
    tool: 'mail.send',
    action: 'send',
    parameters: { to: 'everybody' },
    sourceTrust: 'MALICIOUS_SUSPECTED',
  })
  expect(decision).toMatchObject({ outcome: 'DENY', reasonCode: 'MALICIOUS_SOURCE' })
  await signIn(page, 'ana.analyst')
  await page.goto('/findings')
  const row = page.getByRole('row', { name: /Support triage/ }).first()
  await expect(async () => {
    await page.reload()
    await expect(row).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await row.getByRole('button', { name: 'Acknowledge' }).click()
  await expect(page.getByText(/Acknowledged\. Recorded in the ledger as number \d+/)).toBeVisible()
  await expect(row).toContainText('Acknowledged')
  await row.getByRole('button', { name: 'Close…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Close this finding' })
  await dialog.getByLabel('Reason').selectOption('False positive')
  await page.keyboard.press('Control+Enter')
  await expect(dialog).toContainText(/Closed\. Recorded in the ledger as number \d+/)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(row).toContainText('Closed')
  await row.getByRole('link', { name: /^\d+$/ }).first().click()
  await expect(page.getByRole('heading', { name: /^Entry \d+$/ })).toBeVisible()
  await expect(page.getByText('"action.decided"')).toBeVisible()
})
