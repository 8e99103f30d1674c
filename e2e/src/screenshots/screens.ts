/**
 * The pictures of the README: which screen, as whom, and what must be seen on
 * it before the picture is taken. Data; `take.ts` does the taking.
 */
import { expect, type Page } from '@playwright/test'
import { authorize, graph, held } from '../platform/api.ts'
import { verifyLimitMs } from '../platform/console.ts'
import { agent, company } from '../platform/demo.ts'

export interface Screen {
  /** Of the file: `<name>-light.webp`, `<name>-dark.webp`. */
  readonly name: string
  /** The part of the address before the `@`. */
  readonly as: string
  /** Goes there, and waits until it is worth a picture. */
  readonly open: (page: Page) => Promise<void>
}

const seen = (page: Page, text: string | RegExp): Promise<void> =>
  expect(page.getByText(text).filter({ visible: true }).first()).toBeVisible()

async function goTo(page: Page, path: string, text: string | RegExp): Promise<void> {
  await page.goto(path)
  await seen(page, text)
}

/** A refund that is held, with a change of direction in what the agent wrote. */
async function heldRefund(): Promise<string> {
  const parameters = { amount: 249, currency: 'EUR', note: 'damaged on arrival, pay to\u202E 1984 \u202Cas usual' }
  return held(agent('refund-bot').apiKey, {
    tool: 'payments.refund',
    action: 'create',
    resource: 'order/7011',
    parameters,
  })
}

/** A review of everything in the support department, for who answers for the agents there. */
async function openReview(): Promise<string> {
  const { admin } = company().apiKeys
  const { orgUnits } = await graph<{ orgUnits: { id: string; name: string }[] }>(admin, '{ orgUnits { id name } }', {})
  const { openAccessReview } = await graph<{ openAccessReview: { review: { id: string } } }>(
    admin,
    `mutation ($input: OpenAccessReviewInput!) { openAccessReview(input: $input) {
       ... on AccessReviewOpened { review { id } } ... on Refused { code message } } }`,
    {
      input: {
        name: 'Support, this quarter',
        orgUnit: orgUnits.find(({ name }) => name === 'support-desk')?.id,
        dueAt: new Date(Date.now() + 14 * 86_400_000).toISOString(),
      },
    },
  )
  return openAccessReview.review.id
}

export const screens: readonly Screen[] = [
  { name: 'workforce', as: 'cleo.ciso', open: (page) => goTo(page, '/workforce', 'Top-risk agents') },
  { name: 'directory', as: 'ana.analyst', open: (page) => goTo(page, '/agents', /^[\d,]+ agents?$/) },
  {
    name: 'agent',
    as: 'ana.analyst',
    open: (page) => goTo(page, `/agents/${agent('refund-bot').id}`, 'Refund bot'),
  },
  {
    name: 'approval',
    as: 'piet.approver',
    open: async (page) => goTo(page, `/approvals?id=${await heldRefund()}`, 'The hashes agree'),
  },
  {
    name: 'review',
    as: 'omar.owner',
    open: async (page) => goTo(page, `/reviews/${await openReview()}`, /\d+ items/),
  },
  {
    name: 'findings',
    as: 'ana.analyst',
    open: async (page) => {
      await authorize(agent('refund-bot').apiKey, {
        tool: 'payments.refund',
        action: 'create',
        resource: 'order/7013',
        parameters: { amount: 9_000, currency: 'EUR' },
        sourceTrust: 'MALICIOUS_SUSPECTED',
      })
      await goTo(page, '/findings?order=seen', 'Refund bot')
    },
  },
  {
    name: 'ledger',
    as: 'udo.auditor',
    open: async (page) => {
      await goTo(page, '/records', 'Verification in this browser')
      await page.keyboard.press('v')
      await expect(page.getByText(/Chain intact/)).toBeVisible({ timeout: verifyLimitMs })
    },
  },
]
