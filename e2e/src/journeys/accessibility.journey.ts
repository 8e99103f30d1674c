/** Every screen, in both themes, without a serious finding of axe. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { authorize, graph, held } from '../platform/api.ts'
import { agent, company } from '../platform/demo.ts'
import { raised } from '../platform/findings.ts'
import { expect, signIn, test, verifyLimitMs } from '../platform/console.ts'

/** Where pictures of the screens go, when somebody wants to look at them. */
const pictures = process.env['MUSTER_SCREENSHOTS']

const suspect = {
  tool: 'payments.refund',
  action: 'create',
  parameters: { amount: 9_000, currency: 'EUR' },
  sourceTrust: 'MALICIOUS_SUSPECTED',
}

/** Looks at what is shown: a picture when asked for, and axe. */
function checkOf(page: Page, theme: string): (name: string) => Promise<void> {
  return async (name) => {
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}-${theme}.png` })
    const { violations } = await new AxeBuilder({ page }).analyze()
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(serious.map(({ id, nodes }) => `${name}: ${id}: ${nodes[0]?.html ?? ''}`)).toEqual([])
  }
}

/** A review of one agent's grants: its list, its rows, one of them whole. */
async function checkReviews(page: Page, theme: string): Promise<void> {
  const check = checkOf(page, theme)
  const { admin } = company().apiKeys
  const { agent: bot } = await graph<{ agent: { team: { id: string } } }>(
    admin,
    'query ($id: ID!) { agent(id: $id) { team { id } } }',
    { id: agent('refund-bot').id },
  )
  const dueAt = new Date(Date.now() + 7 * 86_400_000).toISOString()
  const { openAccessReview } = await graph<{ openAccessReview: { review: { id: string } } }>(
    admin,
    'mutation ($input: OpenAccessReviewInput!) { openAccessReview(input: $input) { ... on AccessReviewOpened { review { id } } } }',
    { input: { name: `Payments in ${theme}`, orgUnit: bot.team.id, dueAt } },
  )
  await page.goto('/reviews')
  await expect(page.getByRole('link', { name: `Payments in ${theme}` }).first()).toBeVisible()
  await check('reviews')
  await page.goto(`/reviews/${openAccessReview.review.id}?q=refund-bot`)
  await expect(page.getByRole('rowheader', { name: 'Refund bot' }).first()).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await expect(page.getByText('Behind the reviewer')).toBeVisible()
  await check('review')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Hand over…' }).click()
  await expect(page.getByRole('dialog', { name: 'Hand this item over' })).toBeVisible()
  await check('review-hand-over')
}

for (const theme of ['light', 'dark'] as const) {
  test(`every screen is without a serious finding in the ${theme} theme`, async ({ page }) => {
    // Many screens, and axe reads every element of each.
    test.setTimeout(150_000)
    const refundBot = agent('refund-bot')
    const approval = await held(refundBot.apiKey, {
      tool: 'payments.refund',
      action: 'create',
      resource: 'order/7020',
      parameters: { amount: 80, currency: 'EUR', note: `thanks\u200B, ${theme}` },
    })
    await authorize(refundBot.apiKey, { ...suspect, resource: `order/${theme}` })
    const finding = await raised(refundBot.id, 'provenance.malicious_source')
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const check = checkOf(page, theme)
    await page.goto('/sign-in')
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
    await check('sign-in')
    await signIn(page, 'piet.approver')
    const screens = [
      ['workforce', '/workforce', 'Top-risk agents'],
      ['agents', '/agents?q=refund-bot', 'Refund bot'],
      ['agent', `/agents/${refundBot.id}`, 'Latest decisions'],
      ['approval', `/approvals?id=${approval}`, 'The hashes agree'],
      ['agent-access', `/agents/${refundBot.id}?tab=access`, 'Give access…'],
      ['agent-decisions', `/agents/${refundBot.id}?tab=decisions`, 'payments.refund · create'],
      ['agent-score', `/agents/${refundBot.id}?tab=score`, /What Risk is made of|never 0/],
      ['agent-passport', `/agents/${refundBot.id}?tab=passport`, 'Pinned manifests of its tools'],
      ['agent-history', `/agents/${refundBot.id}?tab=history`, 'action.decided'],
      ['findings', '/findings?order=seen', 'Refund bot'],
      ['finding', `/findings?id=${finding.id}`, 'Timeline'],
      ['incident', `/findings?tab=incidents&incident=${finding.incident?.id}`, 'Timeline'],
      ['records', '/records?seq=3', 'Canonical body'],
    ] as const
    for (const [name, path, text] of screens) {
      await page.goto(path)
      await expect(page.getByText(text).filter({ visible: true }).first()).toBeVisible()
      await check(name)
    }
    await page.getByRole('button', { name: 'Verify' }).click()
    await expect(page.getByText(/Chain intact/)).toBeVisible({ timeout: verifyLimitMs })
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

  test(`access reviews are without a serious finding in the ${theme} theme`, async ({ page }) => {
    test.setTimeout(90_000)
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await signIn(page, 'fay.orgadmin')
    await checkReviews(page, theme)
  })
}
