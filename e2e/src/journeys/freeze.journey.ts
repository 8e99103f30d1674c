/** Stopping an agent: its very next call is denied, and it can come back. */
import { authorize } from '../platform/api.ts'
import { agent } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

const lookUp = { tool: 'crm.read', action: 'get', resource: 'customer/12', parameters: {} }

test('an analyst finds an agent, freezes it with a reason, and its next call is denied', async ({ page }) => {
  const { apiKey } = agent('support-triage')
  expect((await authorize(apiKey, lookUp)).decision.outcome).toBe('ALLOW')

  await signIn(page, 'ana.analyst')
  await page.goto('/agents')
  await page.getByRole('combobox', { name: 'Filter agents' }).fill('support-triage')
  await expect(page).toHaveURL(/q=support-triage/)
  await page.getByRole('button', { name: 'Freeze… Support triage', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Freeze Support triage' })
  await dialog.getByRole('button', { name: 'Freeze' }).click()
  await expect(dialog.getByRole('alert')).toContainText('reason is needed')
  await dialog.getByLabel('Reason').fill('answers in a language nobody asked for')
  await dialog.getByRole('button', { name: 'Freeze' }).click()
  await expect(dialog).toContainText(/Frozen\. Recorded in the ledger as number \d+/)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(page.getByRole('row', { name: /support-triage/ }).first()).toContainText('Frozen')

  expect((await authorize(apiKey, lookUp)).decision).toMatchObject({ outcome: 'DENY', reasonCode: 'AGENT_FROZEN' })

  await page.getByRole('button', { name: 'Reinstate… Support triage', exact: true }).click()
  await page.getByLabel('Reason').fill('the prompt was corrected')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('dialog')).toContainText('Reinstated.')
  expect((await authorize(apiKey, lookUp)).decision.outcome).toBe('ALLOW')
})

test('who may not freeze sees the button, and why it does nothing', async ({ page }) => {
  await signIn(page, 'vera.viewer')
  await page.goto('/agents?q=refund-bot')
  const button = page.getByRole('button', { name: 'Freeze… Refund bot', exact: true })
  await expect(button).toHaveAttribute('aria-disabled', 'true')
  await expect(button).toHaveAttribute('title', /\S/)
})
