/** How the console looks is the browser's: theme, rows and language outlive a reload, and are in force before the first paint. */
import type { Page } from '@playwright/test'
import { demo, person } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Appearance' }).focus()
  await page.keyboard.press('Enter')
  const entry = page.getByRole('menuitemcheckbox', { name, exact: true })
  await expect(entry).toBeVisible()
  for (let step = 0; step < 12; step++) {
    if (await entry.evaluate((element) => element === document.activeElement)) break
    await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('Enter')
  await expect(entry).toBeChecked()
  await page.keyboard.press('Escape')
  await expect(entry).toBeHidden()
}

test('the dark theme and compact rows are chosen by keys and stay', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await signIn(page, 'ada.admin')
  await page.goto('/agents')
  const row = page.getByRole('grid', { name: 'Agents' }).getByRole('row', { selected: false }).nth(2)
  await expect(row).toHaveCSS('height', '40px')
  const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await choose(page, 'Compact')
  await expect(row).toHaveCSS('height', '28px')
  await choose(page, 'Dark')
  await page.reload()
  await expect(row).toHaveCSS('height', '28px')
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe(light)
})

test('a German browser is spoken to in German, another choice stays', async ({ browser }) => {
  const context = await browser.newContext({ baseURL: demo().url, locale: 'de-AT' })
  const page = await context.newPage()
  const { email, password } = person('cleo.ciso')
  await page.goto('/sign-in')
  await page.getByLabel('E-Mail').fill(email)
  await page.getByLabel('Passwort').fill(password)
  await page.getByRole('button', { name: 'Anmelden' }).click()
  await expect(page.getByRole('navigation', { name: 'Bereiche' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await page.getByRole('button', { name: 'Darstellung' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'English' }).click()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await page.reload()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  await context.close()
})
