/** The roll-up: from every number to its rows, through time by keys and by dragging, and no further than one's scope. */
import type { Page } from '@playwright/test'
import { authorize } from '../platform/api.ts'
import { agent } from '../platform/demo.ts'
import { expect, signIn, test } from '../platform/console.ts'

const numbers = (page: Page) => page.getByRole('list', { name: 'The workforce now' })

/** What a number of the six says, as it is shown. */
async function shown(page: Page, name: string): Promise<string> {
  await expect(numbers(page)).toBeVisible()
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
  const tile = numbers(page)
    .getByRole('listitem')
    .filter({ hasText: new RegExp(`^${name}`) })
  return new RegExp(`^${name}\\s*([\\d,]+)`).exec((await tile.textContent()) ?? '')?.[1] ?? 'none'
}

for (const unit of ['Everything in your scope', 'Finance']) {
  test(`a number of the workforce leads to as many rows: ${unit}`, async ({ page }) => {
    test.slow()
    await signIn(page, 'cleo.ciso')
    await page.getByRole('button', { name: /^Unit:/ }).click()
    // Found by typing, chosen by keys.
    await page.getByRole('combobox', { name: 'Find a department or team' }).fill(unit === 'Finance' ? unit : '')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: `Unit: ${unit}` })).toBeVisible()
    for (const name of ['Agents', 'Active', 'High-risk', 'Frozen']) {
      const count = await shown(page, name)
      await numbers(page)
        .getByRole('link', { name: new RegExp(`^${name}`) })
        .click()
      await expect(page.getByRole('heading', { name: 'Agents', exact: true })).toBeVisible()
      const rows = count === '0' ? /^(0 agents|No agent)/ : new RegExp(`^${count} agents?$`)
      await expect(page.getByText(rows).first()).toBeVisible({ timeout: 20_000 })
      await page.goBack()
    }
    const incidents = await shown(page, 'Open incidents')
    await numbers(page)
      .getByRole('link', { name: /^Open incidents/ })
      .click()
    await expect(page.getByRole('tab', { name: /^Incidents/, selected: true })).toBeVisible()
    const listed = incidents === '0' ? /No incident/ : new RegExp(`^${incidents} incidents?$`)
    await expect(page.getByText(listed).first()).toBeVisible()
    await page.goBack()
    const count = await shown(page, 'Pending approvals')
    await numbers(page)
      .getByRole('link', { name: /^Pending approvals/ })
      .click()
    await expect(page.getByRole('heading', { name: 'Approvals', exact: true })).toBeVisible()
    if (count !== '0')
      await expect(page.getByText(new RegExp(`(^|of )${count}( approvals?)?$`)).first()).toBeVisible({
        timeout: 20_000,
      })
  })
}

test('a row of a team leads to that team’s agents, and the table is cut three ways from the address', async ({
  page,
}) => {
  await signIn(page, 'cleo.ciso')
  await page.getByRole('tab', { name: /^By department/ }).click()
  await expect(page).toHaveURL(/by=department/)
  const finance = page.getByRole('row', { name: /^Finance/ })
  const agents = (await finance.getByRole('cell').first().textContent()) ?? ''
  await finance.getByRole('link', { name: 'Finance', exact: true }).click()
  await expect(page.getByText(new RegExp(`^${agents} agents?$`)).first()).toBeVisible()
  await page.goBack()
  await page.getByRole('tab', { name: /^By owner/ }).click()
  await expect(page.getByRole('row', { name: /^Olga Brandt/ })).toBeVisible()
})

test('time is changed and compared by keys alone, and the chart zooms by arrows and by dragging', async ({ page }) => {
  // Something was decided just now, whatever else the company did.
  await authorize(agent('refund-bot').apiKey, { tool: 'payments.read', action: 'get' })
  await signIn(page, 'cleo.ciso')
  await expect(page.getByRole('button', { name: 'Time: Last 30 days' })).toBeVisible()
  await page.keyboard.press('t')
  await page.keyboard.press('z')
  await expect(page.getByRole('button', { name: 'Time: Last 60 days' })).toBeVisible()
  await page.keyboard.press('c')
  await expect(page.getByText(/^Compared with .* UTC/)).toBeVisible()
  await expect(page).toHaveURL(/compare=on/)
  await page.keyboard.press('t')
  await page.keyboard.press('ArrowLeft')
  await expect(page).toHaveURL(/window=\d{4}-/)

  await page.goto('/workforce?window=now-10d')
  const chart = page.getByRole('application', { name: /^Chart/ })
  await chart.focus()
  await page.keyboard.press('End')
  await expect(page.getByRole('status').filter({ hasText: /UTC: [1-9]\d* allowed/ })).toBeVisible()
  await page.keyboard.press('Shift+ArrowLeft')
  await expect(page.getByText(/^Marked .* Enter zooms in/)).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/window=\d{4}-[^.]+\.\d{3}Z\.\./)
  // The zoomed chart and its table tell the same.
  await page.getByRole('button', { name: 'Table', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Decisions over time' }).getByRole('row')).not.toHaveCount(0)

  await page.goto('/workforce?window=now-10d')
  const box = await chart.boundingBox()
  if (box === null) throw new Error('the chart is not in the page')
  await page.mouse.move(box.x + box.width * 0.4, box.y + 60)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.7, box.y + 70, { steps: 8 })
  await page.mouse.up()
  await expect(page).toHaveURL(/window=\d{4}-[^.]+\.\d{3}Z\.\./)
})

test('an org admin sees the department, whatever address is typed, and a window that is none is told so', async ({
  page,
}) => {
  await signIn(page, 'fay.orgadmin')
  await page.goto('/workforce?by=department')
  await expect(page.getByRole('row', { name: /^Finance/ })).toBeVisible()
  await expect(page.getByRole('row', { name: /^Support/ })).toHaveCount(0)
  await page.goto('/workforce?by=team')
  await expect(page.getByRole('row', { name: /^payments-platform/ })).toBeVisible()
  await expect(page.getByRole('row', { name: /^support-desk/ })).toHaveCount(0)
  await page.goto('/workforce?unit=00000000-0000-4000-8000-000000000000')
  await expect(page.getByText('This unit is not here, or not yours to see')).toBeVisible()
  await page.goto('/workforce?window=yesterday')
  await expect(page.getByText('“yesterday” is no time window')).toBeVisible()
  await page.getByRole('button', { name: 'Show the last 30 days' }).click()
  await expect(page.getByRole('button', { name: 'Time: Last 30 days' })).toBeVisible()
})
