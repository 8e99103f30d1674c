/** The keyboard alone suffices: from the sign-in page to a verified ledger without a mouse. */
import type { Page } from '@playwright/test'
import { approvalOf, authorize, held } from '../platform/api.ts'
import { agent, person } from '../platform/demo.ts'
import { expect, test, verifyLimitMs } from '../platform/console.ts'

/** More steps than any screen has stops before its first act. */
const stepsMax = 80

/** Presses Tab until what has the focus is called so, as somebody who looks for it. */
async function tabTo(page: Page, role: 'button' | 'textbox', name: RegExp | string): Promise<void> {
  const wanted = page.getByRole(role, { name })
  for (let step = 0; step < stepsMax; step++) {
    const focused = await wanted.evaluateAll((elements) => elements.includes(document.activeElement as HTMLElement))
    if (focused) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`no ${role} called ${String(name)} comes by Tab within ${stepsMax} steps`)
}

/** The focus must be seen: an outline or a ring around what has it. */
async function expectFocusSeen(page: Page): Promise<void> {
  const seen = await page.evaluate(() => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement ?? document.body)
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
  })
  expect(seen).toBe(true)
}

test('somebody without a mouse signs in, freezes an agent, approves an action and verifies the ledger', async ({
  page,
}) => {
  test.setTimeout(60_000)
  await page.addInitScript(() => {
    for (const type of ['mousedown', 'pointerdown', 'mousemove', 'wheel', 'touchstart'])
      addEventListener(type, () => (document.documentElement.dataset['touched'] = type), { capture: true })
  })
  const { email, password } = person('ada.admin')
  const { apiKey } = agent('refund-bot')
  const helper = agent('renewal-helper')
  const lookUp = { tool: 'crm.read', action: 'get', resource: 'customer/12', parameters: {} }

  await page.goto('/sign-in')
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await tabTo(page, 'textbox', 'E-mail')
  await expectFocusSeen(page)
  await page.keyboard.type(email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()

  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused()
  await page.keyboard.type('renewal')
  await expect(page.getByRole('option', { name: /renewal-helper/i })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Renewal helper', level: 1 })).toBeVisible()
  await tabTo(page, 'button', /^Freeze…/)
  await expectFocusSeen(page)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await expect(dialog).toBeVisible()
  await tabTo(page, 'textbox', /Reason/)
  await page.keyboard.type('stopped for a look, by keyboard')
  await page.keyboard.press('Control+Enter')
  await expect(dialog).toContainText(/Frozen\. Recorded in the ledger as number \d+/)
  expect((await authorize(helper.apiKey, lookUp)).decision.reasonCode).toBe('AGENT_FROZEN')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  // Where it was before the dialog, so that the next key does what one expects.
  await expect(page.getByRole('button', { name: /^(Freeze|Reinstate)…/ })).toBeFocused()

  const id = await held(apiKey, {
    tool: 'payments.refund',
    action: 'create',
    resource: 'order/7031',
    parameters: { amount: 31, currency: 'EUR' },
  })
  await page.keyboard.press('g')
  await page.keyboard.press('a')
  await expect(page.getByRole('region', { name: 'Queue' })).toBeVisible()
  // As the link in a notification opens it.
  await page.goto(`/approvals?id=${id}`)
  await expect(page.getByText('The hashes agree')).toBeVisible()
  await page.keyboard.press('a')
  await expect(page.getByRole('dialog', { name: 'Approve this action' })).toBeVisible()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(/Recorded in the ledger as number \d+/)).toBeVisible()
  expect((await approvalOf(apiKey, id))?.status).toBe('APPROVED')
  await page.keyboard.press('Escape')

  await page.keyboard.press('g')
  await page.keyboard.press('l')
  const panel = page.getByRole('region', { name: 'Verification in this browser' })
  await expect(panel).toBeVisible()
  await page.keyboard.press('v')
  await expect(panel).toContainText(/Chain intact: entries 1 to [\d,]+\./, { timeout: verifyLimitMs })

  await page.goto(`/agents/${helper.id}`)
  await tabTo(page, 'button', /^Reinstate…/)
  await page.keyboard.press('Enter')
  await tabTo(page, 'textbox', /Reason/)
  await page.keyboard.type('nothing was wrong')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('dialog')).toContainText('Reinstated.')
  expect(await page.evaluate(() => document.documentElement.dataset['touched'] ?? null)).toBeNull()
})
