/** A directory longer than one window: all of it can be reached, a few dozen rows of it are in the page. */
import { graph } from '../platform/api.ts'
import { company } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

/** More than one window of the list. */
const hired = 132
const atOnce = 12

test('more agents than fit a window scroll in a few dozen rows, and the keyboard alone opens one', async ({ page }) => {
  test.setTimeout(60_000)
  const { admin } = company().apiKeys
  const { orgUnits } = await graph<{ orgUnits: { id: string; name: string }[] }>(admin, '{ orgUnits { id name } }', {})
  const teamId = orgUnits.find(({ name }) => name === 'data-eng')?.id
  const hire = (n: number): Promise<unknown> =>
    graph(
      admin,
      `mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { __typename ... on Refused { code } } }`,
      {
        input: {
          slug: `zz-night-shift-${String(n).padStart(3, '0')}`,
          displayName: `Night shift ${n}`,
          ownerEmail: 'ada.admin@northwind.example',
          teamId,
          riskTier: 'LOW',
        },
      },
    )
  for (let n = 0; n < hired; n += atOnce) await Promise.all(Array.from({ length: atOnce }, (_, at) => hire(n + at)))

  await signIn(page, 'cleo.ciso')
  await page.goto('/agents?q=night-shift')
  await expect(page.getByText(`${hired} agents`, { exact: true })).toBeVisible()
  const table = page.getByRole('grid', { name: 'Agents' })
  await expect(table.getByText('zz-night-shift-000')).toBeVisible()
  await expect(async () => {
    await table.evaluate((element) => element.scrollTo({ top: element.scrollHeight }))
    await expect(table.getByText(`zz-night-shift-${hired - 1}`)).toBeVisible({ timeout: 300 })
  }).toPass()
  expect(await table.getByRole('row').count()).toBeLessThan(80)

  await table.evaluate((element) => element.scrollTo({ top: 0 }))
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await expect(page).toHaveURL(/row=/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Night shift 1', exact: true })).toBeVisible()
})
