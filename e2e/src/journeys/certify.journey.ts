/** Access reviews: opened by an administrator, certified by keyboard alone, signed off; the revoked grant's next call is denied. */
import type { Page } from '@playwright/test'
import { authorize, graph } from '../platform/api.ts'
import { expect, signIn, signOut, test } from '../platform/console.ts'
import { company } from '../platform/demo.ts'

const lookUp = { tool: 'crm.read', action: 'get', resource: 'customer/12', parameters: {} }
const payment = { tool: 'payments.read', action: 'get', resource: 'payment/77', parameters: {} }

/** A team of its own below Finance, with one agent of Olga's: whatever else the company does, these grants are the review's. */
async function hire(name: string): Promise<{ unit: string; agentId: string; apiKey: string }> {
  const { admin } = company().apiKeys
  const { orgUnits } = await graph<{ orgUnits: { id: string; name: string }[] }>(admin, '{ orgUnits { id name } }', {})
  const { createOrgUnit } = await graph<{ createOrgUnit: { orgUnit: { id: string } } }>(
    admin,
    'mutation ($input: CreateOrgUnitInput!) { createOrgUnit(input: $input) { ... on OrgUnitCreated { orgUnit { id } } } }',
    { input: { name, kind: 'TEAM', parentId: orgUnits.find((unit) => unit.name === 'Finance')?.id } },
  )
  const { registerAgent } = await graph<{ registerAgent: { agent: { id: string }; apiKey: string } }>(
    admin,
    'mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { ... on AgentRegistered { agent { id } apiKey } } }',
    {
      input: {
        slug: name,
        displayName: name,
        ownerEmail: 'olga.owner@northwind.example',
        teamId: createOrgUnit.orgUnit.id,
        grants: [
          { tool: 'crm.read', action: 'get' },
          { tool: 'payments.read', action: 'get' },
          { tool: 'payments.refund', action: null },
        ],
      },
    },
  )
  return { unit: createOrgUnit.orgUnit.id, agentId: registerAgent.agent.id, apiKey: registerAgent.apiKey }
}

/** Opens a review over a team on the page, as whoever is signed in. @returns its address. */
async function openOver(page: Page, team: string, name: string): Promise<string> {
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.getByRole('button', { name: 'Open a review…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Open an access review' })
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByRole('combobox', { name: 'Scope' }).click()
  await page.getByRole('option', { name: team }).click()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('heading', { name })).toBeVisible()
  return page.url()
}

test('a reviewer certifies by keyboard alone, and after sign-off the revoked grant’s next call is denied', async ({
  page,
}) => {
  test.setTimeout(90_000)
  const name = `ledger-clerk-${Date.now()}`
  const { apiKey } = await hire(name)
  expect((await authorize(apiKey, lookUp)).decision.outcome).toBe('ALLOW')
  expect((await authorize(apiKey, payment)).decision.outcome).toBe('ALLOW')

  await signIn(page, 'fay.orgadmin')
  const address = await openOver(page, name, `Quarter of ${name}`)
  await expect(page.getByText('3 items')).toBeVisible()
  const signOff = page.getByRole('button', { name: 'Sign off…' })
  await expect(signOff).toHaveAttribute('aria-disabled', 'true')
  await expect(signOff).toHaveAttribute('title', /without a verdict/)
  await signOut(page)

  await signIn(page, 'olga.owner')
  await page.goto(address)
  const row = (tool: string) => page.getByRole('row', { name: new RegExp(tool.replace('.', '\\.')) })
  const verdict = (tool: string, words: string) => row(tool).getByRole('gridcell', { name: words, exact: true })
  const recorded = page.getByText(/Recorded in the ledger as number \d+/)
  await expect(verdict('crm.read', 'none yet')).toBeVisible()
  // From here on the keyboard alone.
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('k')
  await expect(verdict('crm.read', 'Keep draft')).toBeVisible()
  await expect(recorded).toBeVisible()
  await page.keyboard.press('u')
  await expect(verdict('crm.read', 'none yet')).toBeVisible()
  await page.keyboard.press('r')
  const dialog = page.getByRole('dialog', { name: 'Revoke this grant' })
  await page.keyboard.press('Control+Enter')
  await expect(dialog.getByRole('alert')).toContainText('justification')
  await page.keyboard.type('the clerk needs no customer records')
  await page.keyboard.press('Control+Enter')
  await expect(verdict('crm.read', 'Revoke draft')).toBeVisible()
  await page.keyboard.press('k')
  await expect(verdict('payments.read', 'Keep draft')).toBeVisible()
  await page.keyboard.press('m')
  await expect(page.getByRole('dialog', { name: 'Narrow this grant' })).toBeVisible()
  await page.keyboard.type('create')
  await page.keyboard.press('Control+Enter')
  await expect(verdict('payments.refund', 'Narrow draft')).toBeVisible()
  // Drafts are the server's: another visit finds them.
  await page.reload()
  await expect(verdict('crm.read', 'Revoke draft')).toBeVisible()
  await expect(page.getByRole('progressbar', { name: 'Items decided' })).toHaveAttribute('aria-valuetext', '3 of 3')
  expect((await authorize(apiKey, lookUp)).decision.outcome).toBe('ALLOW')
  await signOut(page)

  await signIn(page, 'fay.orgadmin')
  await page.goto(address)
  await page.getByRole('button', { name: 'Sign off…' }).click()
  const sealing = page.getByRole('dialog', { name: 'Sign off this review' })
  await expect(sealing).toContainText('Revoked: the next call is denied')
  await sealing.getByRole('button', { name: 'Sign off 3 verdicts' }).click()
  await expect(sealing).toContainText(/Signed off\. Recorded in the ledger as number \d+/)
  await sealing.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'Recompute here' }).click()
  await expect(page.getByText('both agree')).toBeVisible()
  await expect(verdict('crm.read', 'Revoked')).toBeVisible()

  expect((await authorize(apiKey, lookUp)).decision).toMatchObject({ outcome: 'DENY' })
  expect((await authorize(apiKey, payment)).decision.outcome).toBe('ALLOW')
})

test('who gave a grant does not certify it, and is told why', async ({ page }) => {
  test.setTimeout(90_000)
  const name = `gift-bot-${Date.now()}`
  const { agentId } = await hire(name)
  await signIn(page, 'olga.owner')
  const { url } = { url: new URL('/graphql', page.url()) }
  const given = await page.request.post(url.href, {
    headers: { origin: url.origin },
    data: {
      query: 'mutation ($input: GrantAccessInput!) { grantAccess(input: $input) { __typename } }',
      variables: { input: { agentId, tool: 'mail.send', action: 'send' } },
    },
  })
  expect(await given.json()).toMatchObject({ data: { grantAccess: { __typename: 'AccessGranted' } } })
  await signOut(page)
  await signIn(page, 'fay.orgadmin')
  const address = await openOver(page, name, `Gifts of ${name}`)
  await signOut(page)

  await signIn(page, 'olga.owner')
  await page.goto(`${address}?q=mail.send`)
  await page.getByRole('row', { name: /mail\.send/ }).click()
  const keep = page.getByRole('button', { name: 'Keep' })
  await expect(keep).toHaveAttribute('aria-disabled', 'true')
  await expect(keep).toHaveAttribute('title', 'nobody certifies a grant they gave')
  await page.keyboard.press('k')
  await expect(
    page.getByRole('row', { name: /mail\.send/ }).getByRole('gridcell', { name: 'none yet', exact: true }),
  ).toBeVisible()
})
