/** A team lead sees the team, whatever address is typed. */
import { held } from '../platform/api.ts'
import { agent } from '../platform/demo.ts'
import { expect, signIn, test, verifyLimitMs } from '../platform/console.ts'

test('a team lead sees only the team, also by typing addresses', async ({ page }) => {
  const foreign = agent('deploy-agent-prod')
  const approval = await held(foreign.apiKey, { tool: 'deploy.start', action: 'run', parameters: { release: '4.2.1' } })
  await signIn(page, 'tom.lead')
  await page.goto('/agents?q=refund-bot')
  await expect(page.getByRole('link', { name: 'Refund bot', exact: true })).toBeVisible()
  await page.goto('/agents?q=deploy-agent-prod')
  await expect(page.getByText('No agent matches')).toBeVisible()

  await page.goto(`/agents/${agent('refund-bot').id}`)
  await expect(page.getByRole('heading', { name: 'Refund bot' })).toBeVisible()
  for (const id of [foreign.id, '00000000-0000-4000-8000-000000000000', 'no-id-at-all']) {
    await page.goto(`/agents/${id}`)
    await expect(page.getByText('This agent is not here, or not yours to see')).toBeVisible()
  }
  await page.goto(`/approvals?id=${approval}`)
  await expect(page.getByText('This approval is not here, or not yours to see')).toBeVisible()
})

test('a team lead verifies the whole chain, though most bodies are out of sight', async ({ page }) => {
  await signIn(page, 'tom.lead')
  await page.goto('/records')
  await expect(page.getByText('outside your scope').first()).toBeVisible()
  await page.getByRole('button', { name: 'Verify' }).click()
  await expect(page.getByText(/Chain intact: entries 1 to/)).toBeVisible({ timeout: verifyLimitMs })
  await expect(page.getByText(/bodies are in your scope and were hashed here/)).toBeVisible()
})
