/** Approvals that belong together, and people who may not decide: what the queue offers, and what it refuses with a reason. */
import type { Page } from '@playwright/test'
import { approvalOf, held, redeem } from '../platform/api.ts'
import { agent } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

const refund = (
  order: string,
  amount = 120,
): { tool: string; action: string; resource: string; parameters: object } => ({
  tool: 'payments.refund',
  action: 'create',
  resource: `order/${order}`,
  parameters: { amount, currency: 'EUR' },
})

/** The graph, asked by the page itself with the session of whoever is signed in. */
async function ask<Data>(page: Page, query: string, variables: object): Promise<Data> {
  return page.evaluate(
    async (body) => {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return ((await response.json()) as { data: unknown }).data
    },
    { query, variables },
  ) as Promise<Data>
}

test('actions that would run the same bytes are approved together, once each was opened', async ({ page }) => {
  const { apiKey } = agent('refund-bot')
  const order = `together-${Date.now()}`
  const ids = [await held(apiKey, refund(order)), await held(apiKey, refund(order))]
  const other = await held(apiKey, refund(order, 121))
  await signIn(page, 'piet.approver')
  await page.goto(`/approvals?order=created&id=${ids[0]}`)
  const alike = page.getByRole('region', { name: /1 other action waits/ })
  await expect(alike.getByText('not opened yet')).toBeVisible()
  const approveAll = alike.getByRole('button', { name: 'Approve all 2…' })
  await expect(approveAll).toHaveAttribute('aria-disabled', 'true')
  await alike.getByRole('link', { name: 'Open' }).click()
  await expect(page).toHaveURL(new RegExp(`id=${ids[1]}`))
  await expect(page.getByText('The hashes agree')).toBeVisible()
  await expect(alike.getByText('opened, hashes agree')).toBeVisible()
  await approveAll.click()
  await expect(page.getByRole('dialog', { name: 'Approve 2 actions with one payload' })).toBeVisible()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('2 of 2 verdicts recorded.')).toBeVisible()
  for (const id of ids) {
    const approval = await approvalOf(apiKey, id)
    expect(approval?.status).toBe('APPROVED')
    expect(await redeem(apiKey, approval?.permit?.token ?? '', refund(order))).toMatchObject({
      __typename: 'PermitRedeemed',
    })
  }
  expect((await approvalOf(apiKey, other))?.status).toBe('PENDING')
})

test('what is different from the last one that was approved is named, field by field', async ({ page }) => {
  const { apiKey } = agent('refund-bot')
  const order = `changed-${Date.now()}`
  const first = await held(apiKey, refund(order, 10))
  await signIn(page, 'piet.approver')
  await page.goto(`/approvals?id=${first}`)
  await expect(page.getByText('The hashes agree')).toBeVisible()
  await page.keyboard.press('a')
  await expect(page.getByRole('dialog', { name: 'Approve this action' })).toBeVisible()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText(/Recorded in the ledger as number \d+/)).toBeVisible()
  const approval = await approvalOf(apiKey, first)
  await redeem(apiKey, approval?.permit?.token ?? '', refund(order, 10))

  const second = await held(apiKey, refund(order, 9_999))
  // The link of a notification: it opens also what the filter leaves out.
  await page.goto(`/approvals?q=status:rejected&id=${second}`)
  await expect(page.getByText('The filter on the left leaves this one out.')).toBeVisible()
  const changes = page.getByRole('region', { name: /What is different/ })
  await expect(changes.getByRole('row')).toHaveCount(2)
  await expect(changes).toContainText('parameters.amount')
  await expect(changes).toContainText('9999')

  await page.goto(`/approvals?id=${first}`)
  const outcome = page.getByRole('region', { name: 'What came of it' })
  await expect(outcome).toContainText('Permit used')
  await expect(page.getByRole('region', { name: 'Receipts' })).toContainText('approval.approved')
})

test('whoever asked for an action cannot decide on it, and is told why', async ({ page }) => {
  await signIn(page, 'ada.admin')
  const { authorizeAction } = await ask<{
    authorizeAction: { approval: { id: string } | null; decision: { actionHash: string } }
  }>(
    page,
    `mutation ($input: AuthorizeActionInput!) { authorizeAction(input: $input) { ... on ActionDecided { approval { id } decision { actionHash } } } }`,
    { input: { agentId: agent('refund-bot').id, ...refund('asked'), sourceTrust: 'SEMI_TRUSTED' } },
  )
  const id = authorizeAction.approval?.id ?? ''
  await page.goto(`/approvals?id=${id}`)
  const approve = page.getByRole('button', { name: 'Approve…' })
  await expect(approve).toHaveAttribute('aria-disabled', 'true')
  await expect(approve).toHaveAttribute('title', /requested/)
  await expect(page.getByRole('article')).toContainText('whoever requested the action may not decide on it')
  // The rule is the server's: a page that asks all the same is refused.
  const decide = `mutation ($input: DecideApprovalInput!) { decideApproval(input: $input) { __typename ... on Refused { code } } }`
  const input = { approvalId: id, actionHash: authorizeAction.decision.actionHash, verdict: 'APPROVE' }
  expect(await ask(page, decide, { input })).toMatchObject({ decideApproval: { code: 'SELF_APPROVAL' } })
  expect(await ask(page, decide, { input: { ...input, actionHash: '0'.repeat(64) } })).toMatchObject({
    decideApproval: { code: 'HASH_MISMATCH' },
  })
})

test('the queue is filtered from the address, and says what is in it', async ({ page }) => {
  const { apiKey } = agent('refund-bot')
  const order = `filtered-${Date.now()}`
  await held(apiKey, refund(order))
  await signIn(page, 'piet.approver')
  await page.goto('/approvals?q=tool:payments.refund is:mine&order=created')
  const queue = page.getByRole('region', { name: 'Queue' })
  await expect(queue.getByText('payments.refund · create').first()).toBeVisible()
  await page.getByRole('combobox', { name: 'Filter the queue' }).fill('tool:nothing.like.it')
  await page.getByRole('combobox', { name: 'Filter the queue' }).press('Enter')
  await expect(page.getByRole('alert')).toContainText('tool')
  await page.goto('/approvals?q=tool:nothing.like.it')
  await expect(queue.getByText('Nothing matches this filter')).toBeVisible()
})
