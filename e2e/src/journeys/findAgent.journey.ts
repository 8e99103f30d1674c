/** Finding an agent among many: with a filter that is typed, and with the keyboard alone. */
import { graph } from '../platform/api.ts'
import { agent, company } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

test('the keyboard alone writes a filter, takes its completions, peeks at a row and opens its file', async ({
  page,
}) => {
  await signIn(page, 'cleo.ciso')
  await page.goto('/agents')
  const grid = page.getByRole('grid', { name: 'Agents' })
  await expect(grid.getByRole('row').nth(1)).toBeVisible()
  await page.keyboard.press('/')
  const field = page.getByRole('combobox', { name: 'Filter agents' })
  await expect(field).toBeFocused()
  await page.keyboard.type('team:paym')
  await expect(page.getByRole('option', { name: 'payments-platform' })).toBeVisible()
  await page.keyboard.press('Tab')
  await page.keyboard.type('-status:revoked ')
  await page.keyboard.type('refund-bot')
  await expect(page).toHaveURL(/q=team%3Apayments-platform/)
  await expect(page.getByText('1 agent', { exact: true })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.keyboard.press('j')
  await page.keyboard.press('Space')
  const peek = page.getByRole('complementary', { name: 'Refund bot' })
  await expect(peek.getByText('Standing')).toBeVisible()
  await expect(peek.getByText('payments-platform')).toBeVisible()
  await expect(page).toHaveURL(/peek=open/)
  await page.keyboard.press('Escape')
  await expect(peek).toBeHidden()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/agents/${agent('refund-bot').id}`))
})

test('what cannot be understood is said at its place, and the rest of the filter stands', async ({ page }) => {
  await signIn(page, 'cleo.ciso')
  await page.goto('/agents?q=refund-bot%20tier%3Ahuge')
  await expect(page.getByRole('alert')).toContainText('“tier” knows no “huge”')
  await expect(page.getByText('1 agent', { exact: true })).toBeVisible()
})

test('an address orders the list, and a link that names a team by its id is read by its name', async ({ page }) => {
  await signIn(page, 'cleo.ciso')
  const { orgUnits } = await graph<{ orgUnits: { id: string; name: string }[] }>(
    company().apiKeys.admin,
    '{ orgUnits { id name } }',
    {},
  )
  const team = orgUnits.find(({ name }) => name === 'payments-platform')!
  await page.goto(`/agents?team=${team.id}&sort=-risk`)
  await expect(page.getByRole('button', { name: 'Remove the filter team:payments-platform' })).toBeVisible()
  await expect(page.getByRole('columnheader', { name: 'Risk', exact: true })).toHaveAttribute('aria-sort', 'descending')
})
