/** Getting in, and out again. */
import { person } from '../platform/demo.ts'
import { expect, signIn, signOut, test } from '../platform/console.ts'

test('a wrong password is refused in words, the right one lets in, signing out shuts the door', async ({ page }) => {
  const { email } = person('ana.analyst')
  await page.goto('/agents?q=status%3Aactive')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('certainly not this one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toContainText('do not belong together')
  await signIn(page, 'ana.analyst')
  // One lands where one wanted to go.
  await expect(page).toHaveURL(/\/agents\?q=status%3Aactive$/)
  await expect(page.getByText('Ana Okafor')).toBeVisible()
  await signOut(page)
  await page.goto('/approvals')
  await expect(page).toHaveURL(/\/sign-in/)
})

test('the sign-in page says who there is to be; choosing a person fills in the e-mail and never the password', async ({
  page,
}) => {
  const { email, password } = person('cleo.ciso')
  await page.goto('/sign-in')
  await page.getByRole('button', { name: /Cleo Ferrant.*CISO/ }).click()
  await expect(page.getByLabel('E-mail')).toHaveValue(email)
  await expect(page.getByLabel('Password')).toHaveValue('')
  await expect(page.getByLabel('Password')).toBeFocused()
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
})

test('nobody is sent to another site by the address of the sign-in page', async ({ page }) => {
  await page.goto('/sign-in?next=//elsewhere.example/')
  await signIn(page, 'vera.viewer')
  await expect(page).toHaveURL(/\/workforce$/)
})

test('the help lists the keys, and `g d` goes to the directory', async ({ page }) => {
  await signIn(page, 'vera.viewer')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Go to Approvals')
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await expect(page.getByRole('heading', { name: 'Agents', exact: true })).toBeVisible()
  await page.keyboard.press('/')
  await expect(page.getByRole('combobox', { name: 'Filter agents' })).toBeFocused()
})

test('the palette finds an agent by a part of its name', async ({ page }) => {
  await signIn(page, 'vera.viewer')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Go to' }).fill('refund')
  await expect(page.getByRole('option', { name: /^Refund bot Agent/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Refund bot' })).toBeVisible()
})
