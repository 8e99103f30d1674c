/** The agent's file: five answers at a glance, and every line opens its receipt. */
import { authorize } from '../platform/api.ts'
import { expect, signIn, test } from '../platform/console.ts'
import { agent } from '../platform/demo.ts'

test('every line of an agent’s file opens its receipt, and the address says which', async ({ page }) => {
  const { apiKey, id } = agent('refund-bot')
  const { decision } = await authorize(apiKey, {
    tool: 'crm.read',
    action: 'get',
    resource: 'customer/9',
    parameters: {},
  })
  await signIn(page, 'ana.analyst')
  await page.goto(`/agents/${id}`)
  const glance = page.getByRole('region', { name: 'At a glance' })
  for (const question of ['Who answers for it', 'What it may do', 'Scores', 'Standing', 'Last action'])
    await expect(glance.getByRole('heading', { name: question })).toBeVisible()
  await expect(glance.getByText(/payments-platform/)).toBeVisible()

  await page.getByRole('tab', { name: /^Decisions/ }).click()
  await expect(page).toHaveURL(/tab=decisions/)
  await page.getByLabel('Tool', { exact: true }).fill('crm.read')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/tool=crm.read/)
  const drawer = page.getByRole('dialog', { name: /^Receipt \d+$/ })
  await page
    .getByRole('row', { name: /crm\.read · get/ })
    .first()
    .click()
  await expect(drawer.getByText('"action.decided"')).toBeVisible()
  await expect(drawer.getByText(decision.id)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page).not.toHaveURL(/receipt=/)

  await page.getByRole('tab', { name: /^History/ }).click()
  await page
    .getByRole('row', { name: /action\.decided/ })
    .first()
    .click()
  await expect(drawer.getByText('Canonical body, as hashed')).toBeVisible()
  await page.reload()
  await expect(drawer.getByText('"muster/receipt/v1"')).toBeVisible()
  await page.keyboard.press('Escape')

  await page.getByRole('tab', { name: /^Access/ }).click()
  await expect(page.getByRole('row', { name: /payments\.refund/ })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Give access…' })).toHaveAttribute('title', /grants:write/)
})

test('access is given and taken back from the file, each on record', async ({ page }) => {
  const { id } = agent('refund-bot')
  const tool = `journey.${Date.now()}`
  await signIn(page, 'ada.admin')
  await page.goto(`/agents/${id}?tab=access`)
  await page.getByRole('button', { name: 'Give access…' }).click()
  await page.getByRole('dialog').getByLabel('Tool').fill(tool)
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('dialog')).toContainText(/Given\. Recorded in the ledger as number \d+/)
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: `Revoke… ${tool}` }).click()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('dialog')).toContainText(/Revoked\. Recorded in the ledger as number \d+/)
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await expect(page.getByRole('row', { name: new RegExp(tool) })).toBeHidden()
  await page.getByRole('button', { name: 'With ended ones' }).click()
  await expect(page.getByRole('row', { name: new RegExp(tool) })).toContainText('revoked')
})
