/** From what was detected to a closed finding, each step on record, by keyboard where hands stay on it. */
import { authorize } from '../platform/api.ts'
import { expect, signIn, test } from '../platform/console.ts'
import { agent } from '../platform/demo.ts'
import { raised } from '../platform/findings.ts'

test('an analyst takes a finding on, tags it, opens its evidence, and closes it with a reason', async ({ page }) => {
  const { apiKey, id } = agent('support-triage')
  const { decision } = await authorize(apiKey, {
    tool: 'mail.send',
    action: 'send',
    parameters: { to: 'everybody' },
    sourceTrust: 'MALICIOUS_SUSPECTED',
  })
  expect(decision).toMatchObject({ outcome: 'DENY', reasonCode: 'MALICIOUS_SOURCE' })
  const finding = await raised(id, 'provenance.malicious_source')
  await signIn(page, 'ana.analyst')
  await page.goto(`/findings?id=${finding.id}`)
  const panel = page.getByRole('complementary', { name: finding.summary })
  await panel.getByRole('button', { name: 'Acknowledge' }).click()
  await expect(page.getByText(/1 finding changed/)).toBeVisible()
  await expect(panel.getByText('Acknowledged', { exact: true }).first()).toBeVisible()
  await panel.getByRole('button', { name: 'Give to…' }).click()
  await page.getByRole('menuitem', { name: 'Give to me' }).click()
  await expect(panel.getByText(/Given to Ana/)).toBeVisible()
  await panel.getByLabel('Add a tag').fill('mail')
  await panel.getByLabel('Add a tag').press('Enter')
  await expect(panel.getByRole('button', { name: 'Remove the tag mail' })).toBeVisible()

  await panel.getByRole('button', { name: 'Close…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Close this finding' })
  await dialog.getByRole('combobox', { name: 'Reason' }).click()
  await page.getByRole('option', { name: 'False positive' }).click()
  await dialog.getByLabel(/Note/).fill('a test of our own')
  await page.keyboard.press('Control+Enter')
  await expect(dialog).toContainText(/Closed\. Recorded in the ledger as number \d+/)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(panel.getByText('Finding closed: False positive')).toBeVisible()
  await expect(panel.getByText('a test of our own')).toBeVisible()

  await panel.getByRole('listitem').filter({ hasText: 'Seen' }).first().click()
  const receipt = page.getByRole('dialog', { name: /^Receipt \d+$/ })
  await expect(receipt.getByText('"action.decided"')).toBeVisible()
  await expect(page).toHaveURL(/receipt=/)
  await page.keyboard.press('Escape')
  await expect(receipt).toBeHidden()
})

test('findings are ticked and given away by keys, many at once', async ({ page }) => {
  const { apiKey, id } = agent('support-triage')
  const change = { action: 'send', parameters: {}, sourceTrust: 'MALICIOUS_SUSPECTED' }
  const run = Date.now()
  for (const tool of [`mail.bulk${run}`, `mail.list${run}`]) await authorize(apiKey, { ...change, tool })
  await raised(id, 'provenance.malicious_source')
  await signIn(page, 'ana.analyst')
  await page.goto('/findings?order=seen&q=status:open type:provenance.malicious_source "Support triage"')
  await expect(page.getByRole('row', { name: /Support triage/ }).nth(1)).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await expect(page.getByText('2 ticked')).toBeVisible()
  await page.getByRole('grid').locator('xpath=..').getByRole('button', { name: 'Acknowledge' }).first().click()
  await expect(page.getByText(/2 findings changed/)).toBeVisible()
})
