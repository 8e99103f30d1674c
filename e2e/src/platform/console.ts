/** A journey's tools: a page that must stay free of errors, and signing in by name. */
import { expect, test as base, type Page } from '@playwright/test'
import { person } from './demo.ts'

/** A month of receipts is a while's work for a browser that shares its machine. */
export const verifyLimitMs = 60_000

export const test = base.extend<{ failOnPageErrors: void }>({
  /** A script error or something the page's own policy blocked fails the journey. */
  failOnPageErrors: [
    async ({ page }, use) => {
      const errors: string[] = []
      page.context().on('weberror', (error) => errors.push(error.error().message))
      page.context().on('console', (message) => {
        if (/Content Security Policy|Trusted(HTML|Script|Type)/i.test(message.text())) errors.push(message.text())
      })
      await use()
      expect(errors).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }

/** Signs in on the sign-in page and waits for the first screen. */
export async function signIn(page: Page, name: string): Promise<void> {
  const { email, password } = person(name)
  if (!page.url().includes('/sign-in')) await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
}
