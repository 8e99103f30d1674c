/** A held action: read, checked against its hashes in the browser, decided, and run by the agent that asked. */
import { approvalOf, held, redeem } from '../platform/api.ts'
import { agent } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

const refund = {
  tool: 'payments.refund',
  action: 'create',
  resource: 'order/7011',
  parameters: { amount: 249, currency: 'EUR', note: 'damaged on arrival' },
}

test('an approver passes on the exact bytes, and the agent redeems its permit on them and on nothing else', async ({
  page,
}) => {
  const { apiKey } = agent('refund-bot')
  const id = await held(apiKey, refund)
  await signIn(page, 'piet.approver')
  await page.goto(`/approvals?id=${id}`)
  await expect(page.getByText('The hashes agree')).toBeVisible()
  await expect(page.getByText('order/7011').first()).toBeVisible()
  await page.keyboard.press('a')
  const dialog = page.getByRole('dialog', { name: 'Approve this action' })
  await expect(dialog).toBeVisible()
  expect((await approvalOf(apiKey, id))?.status).toBe('PENDING')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(/Recorded in the ledger as number \d+/)).toBeVisible()

  const approval = await approvalOf(apiKey, id)
  expect(approval?.status).toBe('APPROVED')
  const permit = approval?.permit?.token ?? ''
  expect(
    await redeem(apiKey, permit, { ...refund, parameters: { ...refund.parameters, amount: 2_490 } }),
  ).toMatchObject({
    code: 'PAYLOAD_MISMATCH',
  })
  expect(await redeem(apiKey, permit, refund)).toMatchObject({ __typename: 'PermitRedeemed' })
  expect(await redeem(apiKey, permit, refund)).toMatchObject({ code: 'ALREADY_USED' })
})

test('a rejection needs a reason', async ({ page }) => {
  const { apiKey } = agent('refund-bot')
  const id = await held(apiKey, { ...refund, resource: 'order/7012' })
  await signIn(page, 'piet.approver')
  await page.goto(`/approvals?id=${id}`)
  await page.getByRole('button', { name: 'Reject…' }).click()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('alert')).toContainText('needs a reason')
  await page.getByLabel('Reason').fill('the order was never shipped')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(/Rejected\. Recorded in the ledger as number \d+/)).toBeVisible()
  expect(await approvalOf(apiKey, id)).toEqual({ status: 'REJECTED', permit: null })
})

test('the agent’s owner is refused, and told why', async ({ page }) => {
  const { apiKey } = agent('deploy-agent-prod')
  const id = await held(apiKey, { tool: 'deploy.start', action: 'run', parameters: { release: '4.2.0' } })
  await signIn(page, 'ada.admin')
  await page.goto(`/approvals?id=${id}`)
  await expect(page.getByText('0 of 2 approved').first()).toBeVisible()
  const approve = page.getByRole('button', { name: 'Approve…' })
  await expect(approve).toHaveAttribute('aria-disabled', 'true')
  await expect(approve).toHaveAttribute('title', /owner/)
  await page.keyboard.press('a')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect((await approvalOf(apiKey, id))?.status).toBe('PENDING')
})

test('a payload that is not the one that was pinned cannot be approved, and hidden characters are named', async ({
  page,
}) => {
  const { apiKey } = agent('refund-bot')
  const id = await held(apiKey, {
    ...refund,
    parameters: { ...refund.parameters, note: 'for the cus\u202Eremot\u202C\u200B <b>urgent</b>' },
  })
  await signIn(page, 'piet.approver')
  await page.goto(`/approvals?id=${id}`)
  await expect(page.getByText(/hidden or direction-changing characters/)).toBeVisible()
  await expect(page.getByText('U+202E').first()).toBeVisible()
  // What an agent wrote is never markup.
  await expect(page.getByText('<b>urgent</b>').first()).toBeVisible()

  await page.route('**/graphql', async (route) => {
    const response = await route.fetch()
    const text = (await response.text()).replaceAll('\\"amount\\":249', '\\"amount\\":999')
    await route.fulfill({ response, body: text })
  })
  await page.reload()
  await expect(page.getByRole('alert').filter({ hasText: 'The hashes do not agree' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Approve…' })).toHaveAttribute('aria-disabled', 'true')
  await page.unrouteAll({ behavior: 'ignoreErrors' })
})
