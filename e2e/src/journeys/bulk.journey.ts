/** Stopping many agents at once: counted before, named where it is not possible, and brought back the same way. */
import { readFile } from 'node:fs/promises'
import { graph } from '../platform/api.ts'
import { company } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

const hired = 30
/** Another for each run: what a run before it left frozen is not this one's. */
const stem = `zz-surge-${Date.now().toString(36)}`

test.beforeAll(async () => {
  const { admin } = company().apiKeys
  const { orgUnits } = await graph<{ orgUnits: { id: string; name: string }[] }>(admin, '{ orgUnits { id name } }', {})
  const teamId = orgUnits.find(({ name }) => name === 'data-eng')?.id
  for (let n = 0; n < hired; n += 1) {
    await graph(
      admin,
      'mutation ($input: RegisterAgentInput!) { registerAgent(input: $input) { __typename ... on Refused { code } } }',
      {
        input: {
          slug: `${stem}-${String(n).padStart(2, '0')}`,
          displayName: n === 0 ? '=Surge(0)' : `Surge ${n}`,
          ownerEmail: 'ada.admin@northwind.example',
          teamId,
          riskTier: 'LOW',
        },
      },
    )
  }
})

test('a filtered set is frozen with its count shown before, then reinstated, each agent on record', async ({
  page,
}) => {
  test.setTimeout(60_000)
  await signIn(page, 'ana.analyst')
  await page.goto(`/agents?q=${stem}`)
  await expect(page.getByText(`${hired} agents`, { exact: true })).toBeVisible()
  const grid = page.getByRole('grid', { name: 'Agents' })
  await grid.focus()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  const bar = page.getByRole('region', { name: 'Acts on the selection' })
  await expect(bar).toContainText('1 agent selected')
  await bar.getByRole('button', { name: `Select all ${hired} matching` }).click()
  await expect(bar).toContainText(`All ${hired} matching selected`)

  await bar.getByRole('button', { name: 'Freeze…' }).click()
  const freeze = page.getByRole('dialog', { name: `Freeze ${hired} agents` })
  await expect(freeze).toContainText(`This touches all ${hired} agents.`)
  await freeze.getByLabel('Reason').fill('a supplier of theirs was breached')
  await page.keyboard.press('Control+Enter')
  await expect(freeze).toContainText(/Recorded in the ledger as number \d+/)
  await freeze.getByRole('button', { name: 'Close' }).click()
  await expect(page.getByText(`Freeze: done for ${hired} agents`)).toBeVisible({ timeout: 20_000 })
  await expect(grid.getByRole('row', { name: /Surge 1 / })).toContainText('Frozen')

  // Frozen once is frozen: the plan says so before anything is done.
  await page.goto(`/agents?q=${stem}`)
  await expect(grid.getByRole('row', { name: /Surge 1 / })).toContainText('Frozen')
  await grid.focus()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await bar.getByRole('button', { name: `Select all ${hired} matching` }).click()
  await bar.getByRole('button', { name: 'Freeze…' }).click()
  const again = page.getByRole('dialog', { name: `Freeze ${hired} agents` })
  await expect(again).toContainText('a frozen agent cannot be frozen')
  await expect(again.getByRole('button', { name: 'Freeze' })).toHaveAttribute('aria-disabled', 'true')
  await again.getByRole('button', { name: 'Cancel' }).click()

  await bar.getByRole('button', { name: 'Reinstate…' }).click()
  const back = page.getByRole('dialog', { name: `Reinstate ${hired} agents` })
  await back.getByLabel('Reason').fill('the supplier is clean')
  await page.keyboard.press('Control+Enter')
  await back.getByRole('button', { name: 'Close' }).click()
  await expect(page.getByText(`Reinstate: done for ${hired} agents`)).toBeVisible({ timeout: 20_000 })

  const { agents } = await graph<{ agents: { nodes: { receipts: { nodes: { type: string }[] } }[] } }>(
    company().apiKeys.admin,
    'query ($text: String!) { agents(first: 100, filter: { text: $text }) { nodes { receipts(first: 20) { nodes { type } } } } }',
    { text: stem },
  )
  expect(agents.nodes).toHaveLength(hired)
  for (const { receipts } of agents.nodes) {
    const types = receipts.nodes.map(({ type }) => type)
    expect(types.filter((type) => type === 'agent.frozen' || type === 'agent.reinstated').toSorted()).toEqual([
      'agent.frozen',
      'agent.reinstated',
    ])
  }
})

test('the CSV that is fetched holds the filtered agents, harmless in a spreadsheet', async ({ page }) => {
  await signIn(page, 'ana.analyst')
  await page.goto(`/agents?q=${stem}`)
  await page.getByRole('button', { name: 'Export CSV' }).click()
  await expect(page.getByText(`CSV of ${hired} agents is ready`)).toBeVisible({ timeout: 15_000 })
  const fetched = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  const text = await readFile(await (await fetched).path(), 'utf8')
  const lines = text.trimEnd().split('\r\n')
  expect(lines[0]).toContain('slug,name,status')
  expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(
    Array.from({ length: hired }, (_, n) => `${stem}-${String(n).padStart(2, '0')}`),
  )
  expect(text).toContain("'=Surge(0)")
})

test('who may not act on agents sees the acts, and why they do nothing', async ({ page }) => {
  await signIn(page, 'vera.viewer')
  await page.goto(`/agents?q=${stem}`)
  await page.getByRole('checkbox', { name: 'Select Surge 1', exact: true }).click()
  const freeze = page.getByRole('region', { name: 'Acts on the selection' }).getByRole('button', { name: 'Freeze…' })
  await expect(freeze).toHaveAttribute('aria-disabled', 'true')
  await expect(freeze).toHaveAttribute('title', /agents:status/)
  await expect(page.getByRole('button', { name: 'Register an agent…' })).toHaveAttribute('aria-disabled', 'true')
})
