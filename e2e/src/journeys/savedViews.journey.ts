/** A view under a name: one's own stays one's own, a shared one opens for others, and it can be put away. */
import type { Page } from '@playwright/test'
import { demo } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

async function save(page: Page, name: string, isShared: boolean): Promise<void> {
  await page.getByRole('button', { name: 'Saved views' }).click()
  await page.getByRole('menuitem', { name: 'Save this view…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save this view' })
  await expect(dialog.getByText('?window=now-7d')).toBeVisible()
  await dialog.getByLabel('Name').fill(name)
  if (isShared) await dialog.getByRole('switch').click()
  await page.keyboard.press('Control+Enter')
  await expect(dialog).toContainText(/is saved\. Recorded in the ledger as number \d+/)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
}

test('a view is saved with its address, shared or not, found by name, and deleted', async ({ page, browser }) => {
  test.setTimeout(60_000)
  await signIn(page, 'cleo.ciso')
  await page.goto('/workforce?window=now-7d')
  await expect(page.getByRole('heading', { name: 'Workforce', level: 1 })).toBeVisible()
  await save(page, 'Week for the board', true)
  await save(page, 'Only my week', false)

  const elsewhere = await browser.newContext({ baseURL: demo().url })
  const other = await elsewhere.newPage()
  await signIn(other, 'ada.admin')
  await other.goto('/workforce')
  await other.getByRole('button', { name: 'Saved views' }).click()
  await expect(other.getByRole('menuitem', { name: 'Save this view…' })).toBeVisible()
  await expect(other.getByRole('menuitemcheckbox', { name: 'Only my week' })).toHaveCount(0)
  await other.getByRole('menuitemcheckbox', { name: 'Week for the board' }).click()
  await expect(other).toHaveURL(/\/workforce\?window=now-7d/)
  await elsewhere.close()

  await page.goto('/agents')
  await expect(page.getByRole('heading', { name: 'Agents', exact: true })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('only my')
  await expect(page.getByRole('option', { name: /Only my week/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/workforce\?window=now-7d/)

  await page.getByRole('button', { name: 'Saved views' }).click()
  await page.getByRole('menuitem', { name: 'Delete views…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete saved views' })
  for (const name of ['Only my week', 'Week for the board']) {
    await dialog.getByRole('button', { name: `Delete ${name}` }).click()
    await expect(dialog.getByRole('button', { name: `Delete ${name}` })).toHaveCount(0)
  }
  await expect(dialog).toContainText(/Deleted\. Recorded in the ledger as number \d+/)
})
