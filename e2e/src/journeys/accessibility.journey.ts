/** Every screen, in both themes, without a serious finding of axe. */
import { AxeBuilder } from '@axe-core/playwright'
import { authorize, held } from '../platform/api.ts'
import { agent } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

/** Where pictures of the screens go, when somebody wants to look at them. */
const pictures = process.env['MUSTER_SCREENSHOTS']

const suspect = {
  tool: 'payments.refund',
  action: 'create',
  parameters: { amount: 9_000, currency: 'EUR' },
  sourceTrust: 'MALICIOUS_SUSPECTED',
}

for (const theme of ['light', 'dark'] as const) {
  test(`every screen is without a serious finding in the ${theme} theme`, async ({ page }) => {
    // Ten screens, and axe reads every element of each.
    test.setTimeout(90_000)
    const refundBot = agent('refund-bot')
    const approval = await held(refundBot.apiKey, {
      tool: 'payments.refund',
      action: 'create',
      resource: 'order/7020',
      parameters: { amount: 80, currency: 'EUR', note: `thanks\u200B, ${theme}` },
    })
    await authorize(refundBot.apiKey, { ...suspect, resource: `order/${theme}` })
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const check = async (name: string): Promise<void> => {
      if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}-${theme}.png` })
      const { violations } = await new AxeBuilder({ page }).analyze()
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(serious.map(({ id, nodes }) => `${name}: ${id}: ${nodes[0]?.html ?? ''}`)).toEqual([])
    }
    await page.goto('/sign-in')
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
    await check('sign-in')
    await signIn(page, 'piet.approver')
    const screens = [
      ['workforce', '/workforce', 'Top-risk agents'],
      ['agents', '/agents', 'Refund bot'],
      ['agent', `/agents/${refundBot.id}`, 'Latest decisions'],
      ['approval', `/approvals?id=${approval}`, 'The hashes agree'],
      ['findings', '/findings', 'Refund bot'],
      ['records', '/records?seq=3', 'Canonical body'],
    ] as const
    for (const [name, path, text] of screens) {
      await page.goto(path)
      await expect(page.getByText(text).filter({ visible: true }).first()).toBeVisible()
      await check(name)
    }
    await page.getByRole('button', { name: 'Verify' }).click()
    await expect(page.getByText(/Chain intact/)).toBeVisible()
    await check('records-verified')
    await page.goto(`/approvals?id=${approval}`)
    await page.getByRole('button', { name: 'Approve…' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await check('approve-dialog')
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
    await check('help')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('combobox', { name: 'Go to' })).toBeVisible()
    await check('palette')
  })
}
