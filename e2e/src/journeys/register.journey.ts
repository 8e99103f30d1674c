/** A new agent from the directory: registered with an owner and a team, its key shown once and good, then offered on. */
import { expect, signIn, test } from '../platform/console.ts'
import { demo } from '../platform/demo.ts'

test('an administrator registers an agent, keeps its key, and offers it to another team', async ({ page }) => {
  const slug = `zz-newcomer-${Date.now().toString(36)}`
  await signIn(page, 'ada.admin')
  await page.goto('/agents?q=zz-newcomer')
  await page.getByRole('button', { name: 'Register an agent…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Register an agent' })
  await dialog.getByRole('button', { name: 'Register' }).click()
  await expect(dialog.getByText('is needed').first()).toBeVisible()
  await dialog.getByRole('textbox', { name: /^Slug/ }).fill(slug)
  await dialog.getByRole('textbox', { name: /^Name/ }).fill(`Newcomer ${slug}`)
  await dialog.getByRole('textbox', { name: /^Tools it may use/ }).fill('crm.read, payments.read')
  await expect(dialog.getByText('It begins with 2 grants')).toBeVisible()
  await dialog.getByRole('combobox', { name: 'Team' }).click()
  await page.getByRole('option', { name: 'data-eng' }).click()
  await dialog.getByRole('button', { name: 'Register' }).click()
  await expect(dialog).toContainText(/Registered\. Recorded in the ledger as number \d+/)
  const key = (await dialog.locator('code').textContent()) ?? ''
  await dialog.getByRole('button', { name: 'I have kept the key' }).click()

  const answer = await fetch(`${demo().url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query: '{ me { agent { slug grants { tool } } } }' }),
  })
  const grants = [{ tool: 'crm.read' }, { tool: 'payments.read' }]
  const { data } = (await answer.json()) as { data: { me: { agent: { slug: string; grants: { tool: string }[] } } } }
  expect(data.me.agent.slug).toBe(slug)
  expect(data.me.agent.grants.toSorted((a, b) => a.tool.localeCompare(b.tool))).toEqual(grants)

  const row = page.getByRole('row', { name: new RegExp(slug) })
  await row.getByRole('button', { name: /^More acts for/ }).click()
  await page.getByRole('menuitem', { name: 'Move…' }).click()
  const move = page.getByRole('dialog', { name: /^Move/ })
  await move.getByRole('combobox', { name: 'To team' }).click()
  await page.getByRole('option', { name: 'payments-platform' }).click()
  await move.getByRole('button', { name: 'Offer' }).click()
  await expect(move).toContainText(/Offered\. Recorded in the ledger as number \d+/)
})
