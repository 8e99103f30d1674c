/** From a finding to its agent, stopped from there: the incident is contained, and closed with a reason. */
import { authorize } from '../platform/api.ts'
import { expect, signIn, test } from '../platform/console.ts'
import { agent } from '../platform/demo.ts'
import { raised } from '../platform/findings.ts'

test('an analyst follows a finding to its agent, freezes it, and closes the contained incident', async ({ page }) => {
  const { apiKey, id } = agent('warehouse-analyst')
  await authorize(apiKey, {
    tool: 'warehouse.export',
    action: 'run',
    parameters: { table: 'customers' },
    sourceTrust: 'MALICIOUS_SUSPECTED',
  })
  const finding = await raised(id, 'provenance.malicious_source')
  const incident = `Incident ${finding.incident!.number}`
  await signIn(page, 'ana.analyst')
  await page.goto(`/findings?id=${finding.id}`)
  const panel = page.getByRole('complementary', { name: finding.summary })
  await panel.getByRole('link', { name: /warehouse/i }).click()
  await expect(page).toHaveURL(new RegExp(`/agents/${id}`))
  await page.getByRole('button', { name: /^Freeze…/ }).click()
  await page.getByLabel('Reason').fill('moved by a hostile source')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('dialog')).toContainText('Frozen.')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()

  await page.getByRole('tab', { name: /^Findings/ }).click()
  await page.getByRole('link', { name: incident, exact: true }).click()
  const story = page.getByRole('complementary', { name: incident })
  await expect(story.getByText('Contained', { exact: true }).first()).toBeVisible()
  await expect(story.getByText('moved by a hostile source')).toBeVisible()
  await story.getByRole('button', { name: 'Close…' }).click()
  const dialog = page.getByRole('dialog', { name: /Close incident/ })
  await expect(dialog).toContainText(/closed with it/)
  await page.keyboard.press('Control+Enter')
  await expect(dialog).toContainText(/Incident closed\. Recorded in the ledger as number \d+/)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(story.getByText('Incident closed: Resolved')).toBeVisible()
  await story.getByRole('listitem').filter({ hasText: 'Agent frozen' }).last().click()
  await expect(page.getByRole('dialog', { name: /^Receipt \d+$/ }).getByText('"agent.frozen"')).toBeVisible()
  await page.keyboard.press('Escape')

  await story.getByRole('button', { name: /^Reinstate…/ }).click()
  await page.getByLabel('Reason').fill('the source was cut off')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('dialog')).toContainText('Reinstated.')
})
